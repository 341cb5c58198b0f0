import { z } from 'zod';
import type { PairText } from '../certificate/check-pair.ts';

/** One pair as `vault kv get -format=json` and Vault's PKI print it, and as most people would write it. */
const PAIR = z
  .object({
    certificate: z.string().optional(),
    cert: z.string().optional(),
    private_key: z.string().optional(),
    key: z.string().optional(),
    ca_chain: z.union([z.string(), z.array(z.string())]).optional(),
    csr_id: z.string().optional(),
  })
  .transform(({ certificate, cert, private_key, key, ca_chain = [], csr_id }): PairText | undefined => {
    const leaf = certificate ?? cert;
    if (leaf === undefined) return undefined;
    const secret = private_key ?? key;
    return {
      certificate: [leaf, ca_chain].flat().join('\n'),
      ...(secret === undefined ? {} : { key: secret }),
      ...(csr_id === undefined ? {} : { csr_id }),
    };
  });
const PAIRS = z.union([z.array(PAIR), z.object({ pairs: z.array(PAIR) }).transform(({ pairs }) => pairs)]);

/**
 * The pairs that a command printed: JSON (one pair, an array of pairs, or `{"pairs": […]}`, also inside one or two `data` as
 * Vault has it), or else PEM with a certificate and its key. Undefined where it is JSON without them.
 */
export function pairsInOutput(text: string): PairText[] | undefined {
  if (!/^\s*[[{]/.test(text)) return [{ certificate: text, key: text }];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (let depth = 0; depth < 2; depth++)
    value = z.object({ data: z.object({}).loose() }).safeParse(value).data?.data ?? value;
  const several = PAIRS.safeParse(value);
  const pairs = several.success ? several.data : [PAIR.safeParse(value).data];
  const good = pairs.filter((pair) => pair !== undefined);
  return good.length === pairs.length ? good : undefined;
}
