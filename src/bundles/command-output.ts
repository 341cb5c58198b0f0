import type { PairText } from '../certificate/check-pair.ts';
import * as z from '../json/zod.ts';

/** One pair as `vault kv get -format=json` and Vault's PKI print it, and as most people would write it. */
const PAIR = z
  .object({
    certificate: z.string().optional(),
    cert: z.string().optional(),
    private_key: z.string().optional(),
    key: z.string().optional(),
    // A Kubernetes secret of type kubernetes.io/tls, in base64.
    'tls.crt': z.string().optional(),
    'tls.key': z.string().optional(),
    // aws acm export-certificate; its key is locked with the passphrase that was given.
    Certificate: z.string().optional(),
    CertificateChain: z.string().optional(),
    PrivateKey: z.string().optional(),
    ca_chain: z.union([z.string(), z.array(z.string())]).optional(),
    csr_id: z.string().optional(),
  })
  .transform((read): PairText | undefined => {
    const { certificate, cert, private_key, key, csr_id, 'tls.crt': crt, 'tls.key': secretKey } = read;
    const ca_chain = read.ca_chain ?? read.CertificateChain ?? [];
    const leaf = certificate ?? cert ?? crt ?? read.Certificate;
    if (leaf === undefined) return undefined;
    const secret = private_key ?? key ?? secretKey ?? read.PrivateKey;
    return {
      certificate: [leaf, ca_chain].flat().map(decoded).join('\n'),
      ...(secret === undefined ? {} : { key: decoded(secret) }),
      ...(csr_id === undefined ? {} : { csr_id }),
    };
  });
const PAIRS = z.union([z.array(PAIR), z.object({ pairs: z.array(PAIR) }).transform(({ pairs }) => pairs)]);

/** An item of 1Password, or its fields alone: what people call the fields is what they are taken for. */
const FIELDS = z.array(z.object({ label: z.string(), value: z.string().optional() }));
const ITEM = z
  .union([FIELDS, z.object({ fields: FIELDS }).transform(({ fields }) => fields)])
  .transform((fields) =>
    Object.fromEntries(fields.map(({ label, value }) => [label.trim().toLowerCase().replaceAll(/[ -]+/g, '_'), value])),
  );

/** Secrets of Kubernetes and Traefik's acme.json hold PEM in base64. */
const decoded = (text: string): string => {
  const plain = text.includes('-----') ? text : Buffer.from(text, 'base64').toString('latin1');
  return plain.includes('-----BEGIN') ? plain : text;
};

/** Traefik's acme.json: certificates by the names that they are for, under the name of each resolver. */
const ACME_JSON = z.record(
  z.string(),
  z.object({
    Certificates: z.array(
      z.object({ domain: z.object({ main: z.string() }), certificate: z.string(), key: z.string() }),
    ),
  }),
);

/** Of an acme.json the pairs whose main name is `name`, or all; undefined where it is none. */
function inAcmeJson(value: unknown, name: string | undefined): PairText[] | undefined {
  const found = ACME_JSON.safeParse(value).data;
  const all = Object.values(found ?? {}).flatMap(({ Certificates }) => Certificates);
  const named = all.filter(({ domain }) => name === undefined || domain.main === name);
  return all.length === 0
    ? undefined
    : named.map(({ certificate, key }) => ({ certificate: decoded(certificate), key: decoded(key) }));
}

/**
 * The pairs that a command printed, or that a file of JSON holds: JSON (one pair, an array of pairs, or `{"pairs": […]}`, also inside one or two `data` as
 * Vault has it), a Kubernetes secret, what AWS exports, an item of 1Password, Traefik's acme.json (of which `name` is chosen, or all), or else PEM with a certificate and its key. Undefined where it is JSON without them.
 */
export function pairsInOutput(text: string, name?: string): PairText[] | undefined {
  if (!/^\s*[[{]/.test(text)) return [{ certificate: text, key: text }];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const chosen = inAcmeJson(value, name);
  if (chosen !== undefined) return chosen.length > 0 ? chosen : undefined;
  for (let depth = 0; depth < 2; depth++)
    value = z.object({ data: z.object({}).loose() }).safeParse(value).data?.data ?? value;
  value = ITEM.safeParse(value).data ?? value;
  const several = PAIRS.safeParse(value);
  const pairs = several.success ? several.data : [PAIR.safeParse(value).data];
  const good = pairs.filter((pair) => pair !== undefined);
  return good.length === pairs.length ? good : undefined;
}
