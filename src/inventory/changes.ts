import { counted } from '../text/text-layout.ts';
import type { Inventory } from './inventory.ts';

/** What is otherwise than in an earlier inventory, a sentence each; numbers first. */
export function changesSince(before: Inventory, now: Inventory): string[] {
  const changes: string[] = [];
  const signed = (difference: number): string => (difference > 0 ? `+${difference}` : String(difference));
  for (const { zone_id, name, hostnames } of now.zones) {
    const earlier = before.zones.find((zone) => zone.zone_id === zone_id);
    if (earlier === undefined) changes.push(`Zone ${name ?? zone_id} is new here, with ${hostnames} hostnames.`);
    else if (earlier.hostnames !== hostnames) {
      changes.push(
        `Zone ${name ?? zone_id}: ${counted(hostnames, 'hostname')} (${signed(hostnames - earlier.hostnames)}).`,
      );
    }
  }
  for (const { zone_id, name } of before.zones) {
    if (!now.zones.some((zone) => zone.zone_id === zone_id))
      changes.push(`Zone ${name ?? zone_id} is not here any more.`);
  }
  for (const [by, values] of Object.entries(now.counts)) {
    const earlier = before.counts[by] ?? {};
    for (const value of new Set([...Object.keys(values), ...Object.keys(earlier)])) {
      const difference = (values[value] ?? 0) - (earlier[value] ?? 0);
      if (difference !== 0) {
        changes.push(`${by.replaceAll('_', ' ')} ${value}: ${values[value] ?? 0} (${signed(difference)}).`);
      }
    }
  }
  const lists = [
    ['is a new certificate of your own', before.certificates, now.certificates],
    ['is no longer served', now.certificates, before.certificates],
    ['ends soon now', before.ending, now.ending],
  ] as const;
  for (const [what, from, to] of lists) {
    const known = new Set(from.map(({ id }) => id));
    for (const { id, expires_on = '', hostnames } of to.filter((own) => !known.has(own.id))) {
      changes.push(
        `Certificate ${id.slice(0, 16)} (until ${expires_on.slice(0, 10)}, ${counted(hostnames.length, 'hostname')}) ${what}.`,
      );
    }
  }
  const doubled = new Set(before.duplicates.map(({ hostname }) => hostname));
  for (const { hostname } of now.duplicates) {
    if (!doubled.has(hostname)) changes.push(`${hostname} is in more than one zone now.`);
  }
  return changes;
}
