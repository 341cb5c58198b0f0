import * as z from '../json/zod.ts';

/**
 * What the customer has done outside the API, on which every validation depends. Times are virtual milliseconds;
 * `null` means never.
 */
export const DNS = z.strictObject({
  /** From when on the hostname points at the SaaS target, counted from when these facts came to hold. */
  routed_after_ms: z.number().min(0).nullable().exactOptional(),
  /** How long after new DCV tokens appear the customer has published them. */
  token_after_ms: z.number().min(0).nullable().exactOptional(),
  /** From when on the ownership token is published, counted as `routed_after_ms` is. */
  ownership_after_ms: z.number().min(0).nullable().exactOptional(),
  /** The delegation CNAME is in place: the API itself publishes the TXT tokens, at once. */
  delegated: z.boolean().exactOptional(),
  /** The domain is under a zone hold: the hostname is blocked at its next check. */
  held: z.boolean().exactOptional(),
  /** After this long the hostname stops pointing here: an active hostname becomes `moved`. */
  leaves_after_ms: z.number().min(0).nullable().exactOptional(),
  /** What the certificate authority complains about; while set, no validation succeeds. */
  dcv_error: z.string().nullable().exactOptional(),
});
export type Dns = Required<z.infer<typeof DNS>>;

const NOWHERE: Dns = {
  routed_after_ms: null,
  token_after_ms: null,
  ownership_after_ms: null,
  delegated: false,
  held: false,
  leaves_after_ms: null,
  dcv_error: null,
};

const interned = new Map<string, Dns>();

/** Facts with what is not said filled in; equal facts are one frozen object, since a million hostnames share a few. */
export function dnsFacts(facts: Partial<Dns>): Dns {
  const whole = { ...NOWHERE, ...facts };
  const key = JSON.stringify(whole);
  const known = interned.get(key);
  if (known !== undefined) return known;
  interned.set(key, Object.freeze(whole));
  return whole;
}

/** The same facts, counted from `elapsed` ms later: what has come about by then goes on to hold at once. */
export function stillToCome(facts: Dns, elapsed: number): Dns {
  const left = (after: number | null): number | null => (after === null ? null : Math.max(0, after - elapsed));
  return {
    ...facts,
    routed_after_ms: left(facts.routed_after_ms),
    ownership_after_ms: left(facts.ownership_after_ms),
    leaves_after_ms: left(facts.leaves_after_ms),
  };
}

/** The rule where nothing is said of a hostname: one that is served points here, any other does nothing. */
export function dnsOfStatus(status: string): Partial<Dns> {
  return {
    routed_after_ms: status.startsWith('active') || status === 'provisioned' ? 0 : null,
    held: status === 'blocked',
  };
}
