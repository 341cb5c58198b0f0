import { createHash } from 'node:crypto';
import { SECOND } from '../terms.ts';
import type { NameService } from './lookup.ts';
import type { DnsRecord } from './message.ts';

/** What the chain of trust says of a zone, as far as it shows without checking signatures. */
export type ZoneSigning = { state: 'unsigned' | 'signed' | 'unknown' } | { state: 'broken'; note: string };

type Ds = Extract<DnsRecord, { type: 'DS' }>;
type Dnskey = Extract<DnsRecord, { type: 'DNSKEY' }>;
type Rrsig = Extract<DnsRecord, { type: 'RRSIG' }>;

/** https://www.iana.org/assignments/ds-rr-types */
const DIGESTS: Record<number, string> = { 1: 'sha1', 2: 'sha256', 4: 'sha384' };

/**
 * Looks for the two mistakes that break DNSSEC for a customer: keys that are not (or no longer) those the parent
 * vouches for, as after a move to another DNS provider, and signatures that have run out. Signatures are not verified:
 * only a validating resolver tells whether they hold. `now` in Unix milliseconds.
 */
export async function zoneSigning(names: NameService, zone: string, now: number): Promise<ZoneSigning> {
  const vouched = await names.lookup(zone, 'DS');
  if (vouched.kind === 'failed') return { state: 'unknown' };
  if (vouched.kind !== 'found') return { state: 'unsigned' };
  const anchors = vouched.records.filter((record) => record.type === 'DS' && DIGESTS[record.digestType] !== undefined);
  // A zone that is vouched for by unknown means only counts as unsigned (RFC 4035, section 5.2).
  if (anchors.length === 0) return { state: 'unsigned' };
  const kept = await names.lookup(zone, 'DNSKEY');
  if (kept.kind === 'failed') return { state: 'unknown' };
  if (kept.kind !== 'found')
    return { state: 'broken', note: `the parent of ${zone} says it is signed, but it has no keys` };
  const keys = kept.records.filter((record) => record.type === 'DNSKEY');
  const trusted = keys.filter((key) => anchors.some((anchor) => vouches(anchor as Ds, zone, key as Dnskey)));
  if (trusted.length === 0) {
    return { state: 'broken', note: `the parent of ${zone} vouches for keys (DS) that the zone does not have` };
  }
  const tags = new Set(trusted.map((key) => keyTag(key as Dnskey)));
  const seconds = now / SECOND;
  const inForce = kept.records.some(
    (record) => record.type === 'RRSIG' && tags.has(record.keyTag) && covers(record, seconds),
  );
  return inForce ? { state: 'signed' } : { state: 'broken', note: `no signature over the keys of ${zone} is in force` };
}

const covers = ({ inception, expiration }: Rrsig, seconds: number): boolean =>
  inception <= seconds && seconds <= expiration;

/** RDATA of a DNSKEY (RFC 4034, section 2.1); its protocol is always 3. */
function rdata({ flags, algorithm, key }: Dnskey): Buffer {
  const head = Buffer.from([flags >> 8, flags & 0xff, 3, algorithm]);
  return Buffer.concat([head, key]);
}

/** RFC 4034, appendix B. */
function keyTag(key: Dnskey): number {
  let sum = 0;
  for (const [at, byte] of rdata(key).entries()) sum += at % 2 === 0 ? byte << 8 : byte;
  return (sum + (sum >>> 16)) & 0xffff;
}

/** Whether a DS record is of this key (RFC 4034, section 5.1.4). */
function vouches(anchor: Ds, zone: string, key: Dnskey): boolean {
  const hash = DIGESTS[anchor.digestType];
  if (hash === undefined || anchor.algorithm !== key.algorithm || anchor.keyTag !== keyTag(key)) return false;
  const digest = createHash(hash).update(wireName(zone)).update(rdata(key)).digest('hex');
  return digest === anchor.digest;
}

const wireName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
