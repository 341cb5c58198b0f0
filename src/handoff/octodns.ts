import { Document } from 'yaml';
import { registrableDomain } from '../dns/registrable-domain.ts';
import { dnsRecords, type RecordToPublish, TTL } from './dns-records.ts';
import type { Group } from './grouping.ts';
import { leftOutText, remarks } from './remarks.ts';

/**
 * Records as a zone of octoDNS has them, to be merged into the one that is there: names relative to the zone, in natural
 * order, which octoDNS insists on. https://octodns.readthedocs.io/en/latest/records.html
 */
export function octodnsYaml({ handOffs }: Group): string {
  const domain = registrableDomain(handOffs[0]?.hostname ?? '');
  const { records, leftOut } = dnsRecords(handOffs);
  const entries = records
    .map((record): [string, object] => [relativeName(record.name, domain), entryOf(record)])
    .sort(([a], [b]) => naturalOrder(a, b));
  const document = new Document(new Map(entries));
  document.commentBefore = [
    ...handOffs.flatMap(remarks),
    ...leftOut.map((record) => `not a DNS record, or already answered for: ${leftOutText(record)}`),
  ]
    .map((line) => ` ${line}`)
    .join('\n');
  // Everything is quoted: octoDNS reads YAML 1.1, where plain yes, 12:30 or 1_000 are no text.
  return document.toString({ lineWidth: 0, directives: true, defaultStringType: 'QUOTE_DOUBLE' });
}

const relativeName = (name: string, domain: string): string =>
  name === domain ? '' : name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name;

/** octoDNS reads `;` in values as the start of a comment unless it is escaped. */
const escaped = (value: string): string => value.replaceAll(';', '\\;');

function entryOf({ type, values }: RecordToPublish): object {
  if (type === 'CNAME') return { ttl: TTL, type, value: `${values[0] ?? ''}.` };
  return values.length === 1
    ? { ttl: TTL, type, value: escaped(values[0] ?? '') }
    : { ttl: TTL, type, values: values.map(escaped).sort() };
}

/** As the Python package natsort orders by default: runs of digits by their number, everything else by code point. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x = '', y = ''] = [left[at], right[at]];
    // The parts alternate, so that digits always meet digits.
    const order = at % 2 === 1 ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
