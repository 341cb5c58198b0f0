import type { LiveHostname } from '../hostname/live.ts';
import { type Condition, parseCondition } from './condition.ts';

/** Which hostnames are meant: those of which every condition holds. */
export type Where = readonly Condition[];

/** Reads the conditions of `--where`; `faults` has the end of a sentence for each that cannot be read. */
export function parseWhere(texts: readonly string[]): { where: Where; faults: string[] } {
  const read = texts.map(parseCondition);
  return {
    where: read.filter((each): each is Condition => !('fault' in each)),
    faults: read.flatMap((each) => ('fault' in each ? [each.fault] : [])),
  };
}

/** Whether `live`, as read at `now` (milliseconds since 1970), is meant. */
export const isMeant = (where: Where, live: LiveHostname, now: number): boolean =>
  where.every((condition) => condition.holds(live, now));
