import type { PublishRecord } from '../report/text/publish-records.ts';
import type { HandOff } from './hand-off.ts';

/** Seconds: short, as the values are looked up soon and then no more. */
export const TTL = 300;

/** What stands under one name: one CNAME, or any number of TXT values. Names have no dot at the end. */
export interface RecordToPublish {
  name: string;
  type: 'TXT' | 'CNAME';
  values: string[];
}

/**
 * The DNS records of `handOffs`, one per name, in the order in which names are met, and what no DNS record can say or
 * the DNS cannot hold: files and e-mail, and what stands beside a CNAME, which suffers nothing beside it.
 */
export function dnsRecords(handOffs: readonly HandOff[]): { records: RecordToPublish[]; leftOut: PublishRecord[] } {
  const byName = new Map<string, RecordToPublish>();
  const leftOut: PublishRecord[] = [];
  const all = handOffs.flatMap(({ records }) => records);
  // CNAMEs first: a delegation answers for every other record at its name.
  for (const record of [...all.filter(isCname), ...all.filter((one) => !isCname(one))]) {
    const { type } = record;
    const name = withoutDot(record.name).toLowerCase();
    const value = type === 'CNAME' ? withoutDot(record.value) : record.value;
    const there = byName.get(name);
    if (type !== 'TXT' && type !== 'CNAME') leftOut.push(record);
    else if (there === undefined) byName.set(name, { name, type, values: [value] });
    else if (there.values.includes(value)) continue;
    else if (there.type === 'TXT' && type === 'TXT') there.values.push(value);
    else leftOut.push(record);
  }
  return { records: [...byName.values()], leftOut };
}

const isCname = ({ type }: PublishRecord): boolean => type === 'CNAME';
const withoutDot = (name: string): string => name.replace(/\.$/, '');
