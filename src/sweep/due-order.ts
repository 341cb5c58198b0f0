import type { Snapshot } from '../batch/plan/snapshot.ts';
import { deadlinesOf, type Instant, type KnownPast } from '../hostname/deadlines.ts';
import type { LiveHostname } from '../hostname/live.ts';
import type { EarlierBatches } from './earlier-batches.ts';

/** What earlier batches tell of the hostname `number`, as deadlines are computed from it. */
export function pastOf({ restartedAt }: EarlierBatches, number: number): KnownPast {
  const at = restartedAt[number] ?? 0;
  return at > 0 ? { restarted_at: at } : {};
}

/**
 * The numbers of all hostnames in the order in which they are swept: what an earlier sweep carried over, and of each kind
 * those first whose token dies, or who are lost, soonest.
 */
export async function dueOrder(snapshot: Snapshot, earlier: EarlierBatches, now: number): Promise<number[]> {
  const due = new Float64Array(snapshot.size);
  for (let number = 0; number < due.length; number++) {
    due[number] = dueAt(await snapshot.read(number), pastOf(earlier, number), now);
  }
  const carried = (number: number): number => earlier.carriedOver[number] ?? 0;
  const at = (number: number): number => due[number] ?? Number.POSITIVE_INFINITY;
  return Array.from(due.keys()).sort((a, b) => carried(b) - carried(a) || compare(at(a), at(b)) || a - b);
}

function dueAt(live: LiveHostname, past: KnownPast, now: number): number {
  const { token_dies, hostname_lost } = deadlinesOf(live, past, now);
  return Math.min(instant(token_dies), instant(hostname_lost));
}

const instant = (given: Instant | undefined): number =>
  given === undefined ? Number.POSITIVE_INFINITY : Date.parse(given.at);

/** Infinity minus itself is no order. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
