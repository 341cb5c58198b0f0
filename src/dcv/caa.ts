import type { Failure, NameService } from '../dns/lookup.ts';
import type { DnsRecord } from '../dns/message.ts';

export type CaaRecord = Pick<Extract<DnsRecord, { type: 'CAA' }>, 'critical' | 'tag' | 'value'>;

/** The CAA records that hold for a name: those of the nearest name up the tree that has any (RFC 8659, section 3). */
export type RelevantCaa =
  | { kind: 'records'; at: string; records: CaaRecord[] }
  | { kind: 'none' }
  | { kind: 'failed'; at: string; failure: Failure };

/**
 * Climbs from `name` to its top-level domain. An alias is followed at each step, but its target is not climbed from; a
 * look-up that fails ends it, as an authority must not issue then.
 */
export async function relevantCaa(names: NameService, name: string): Promise<RelevantCaa> {
  for (let at = name; at !== ''; at = at.split('.').slice(1).join('.')) {
    const found = await names.lookup(at, 'CAA');
    if (found.kind === 'failed') return { kind: 'failed', at, failure: found.failure };
    if (found.kind !== 'found') continue;
    return { kind: 'records', at, records: found.records.filter((record) => record.type === 'CAA') };
  }
  return { kind: 'none' };
}

/** What a certificate is ordered for. */
export interface CaaRequest {
  /** Domains by which the authority goes in CAA records; any of them will do. */
  issuers: readonly string[];
  /** Whether the certificate is for `*.name`. */
  wildcard: boolean;
  /** ACME challenge it is validated by (RFC 8657). */
  challenge: 'dns-01' | 'http-01' | undefined;
}

/** `unsure` where issuing depends on an account of the authority that is known to Cloudflare alone. */
export type CaaJudgement = { allowed: true | 'unsure' } | { allowed: false; note: string };

/** Tags that authorities know; any other one that is marked critical forbids to issue. */
const KNOWN_TAGS = new Set(['issue', 'issuewild', 'issuemail', 'issuevmc', 'iodef', 'contactemail', 'contactphone']);

/** Whether CAA records let an authority issue (RFC 8659, section 4). */
export function judgeCaa(records: readonly CaaRecord[], request: CaaRequest): CaaJudgement {
  const unknown = records.find(({ critical, tag }) => critical && !KNOWN_TAGS.has(tag));
  if (unknown !== undefined)
    return { allowed: false, note: `a critical CAA record has an unknown tag "${unknown.tag}"` };
  const wild = request.wildcard ? records.filter(({ tag }) => tag === 'issuewild') : [];
  const asked = wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue');
  if (asked.length === 0) return { allowed: true };
  const grants = asked.map(({ value }) => parseGrant(value)).filter(({ issuer }) => request.issuers.includes(issuer));
  if (grants.length === 0) return { allowed: false, note: `CAA records do not name ${request.issuers.join(' or ')}` };
  const open = grants.filter(({ parameters }) => {
    const methods = parameters.get('validationmethods');
    return methods === undefined || request.challenge === undefined || methods.split(',').includes(request.challenge);
  });
  if (open.length === 0) return { allowed: false, note: `CAA records do not allow validation by ${request.challenge}` };
  return { allowed: open.some(({ parameters }) => !parameters.has('accounturi')) ? true : 'unsure' };
}

interface Grant {
  /** Empty where the record names nobody, or cannot be read. */
  issuer: string;
  parameters: Map<string, string>;
}

const ISSUER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const PARAMETER = /^([a-z0-9][a-z0-9-]*)\s*=\s*([\x21-\x3a\x3c-\x7e]*)$/i;

/** Reads `letsencrypt.org; validationmethods=dns-01`; what is malformed names nobody (RFC 8659, section 4.2). */
function parseGrant(value: string): Grant {
  const [domain = '', ...given] = value.split(';').map((part) => part.trim());
  const nobody = { issuer: '', parameters: new Map<string, string>() };
  if (!ISSUER.test(domain)) return nobody;
  const parameters = new Map<string, string>();
  for (const text of given.filter((part) => part !== '')) {
    const [, name, content] = PARAMETER.exec(text) ?? [];
    if (name === undefined || content === undefined) return nobody;
    parameters.set(name.toLowerCase(), content);
  }
  return { issuer: domain.toLowerCase(), parameters };
}
