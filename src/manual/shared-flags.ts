import { SHARED_HEADINGS } from '../config/flag-groups.ts';
import type { Entry, FlagEntry } from './entry.ts';

/**
 * The flags that several commands have, in the order of their groups, each once: in the words of most of them where not all say the
 * same, as of `--zone`.
 */
export function sharedFlags(entries: readonly Entry[]): FlagEntry[] {
  const counts = new Map<string, { flag: FlagEntry; count: number }>();
  for (const flag of entries.flatMap(({ flags }) => flags)) {
    if (flag.group === undefined) continue;
    const key = `${flag.usage}\n${flag.does}`;
    const found = counts.get(key);
    if (found === undefined) counts.set(key, { flag, count: 1 });
    else found.count++;
  }
  const most = new Map<string, { flag: FlagEntry; count: number }>();
  for (const each of counts.values()) {
    if (each.count > (most.get(each.flag.long)?.count ?? 0)) most.set(each.flag.long, each);
  }
  const place = ({ group = '' }: FlagEntry) => SHARED_HEADINGS.indexOf(group);
  return [...most.values()].map(({ flag }) => flag).sort((a, b) => place(a) - place(b));
}
