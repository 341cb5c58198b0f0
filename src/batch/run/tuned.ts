import { type LaneLimit, laneLimit } from '../../lane/budget.ts';
import type { Tuning } from '../control/word.ts';
import type { Run, RunParts } from './run-parts.ts';

/** Of all lanes those of the batch. */
export const lanesOf = ({ lanes, file }: RunParts): RunParts['lanes'] =>
  lanes.filter(({ name }) => file.lanes.some((lane) => lane.name === name));

/** What operators have tuned since the batch began. */
export const tuned = ({ ledger }: Pick<Run, 'ledger'>): Tuning => ledger.fold.control.tuned;

/** The limit of a lane of the batch: as it is configured, with what was tuned. */
export function tunedLimit(run: Pick<Run, 'ledger' | 'parts'>, name: string): LaneLimit {
  const { quota, share } = tuned(run);
  const own = lanesOf(run.parts).find((lane) => lane.name === name);
  const planned = run.parts.file.lanes.find((lane) => lane.name === name);
  if (own === undefined || planned === undefined) throw new RangeError(`The batch has no lane ${name}.`);
  if (quota === undefined && share === undefined) return own.limit;
  const { calls, window_seconds: windowSeconds } = quota ?? planned.quota;
  return laneLimit(
    quota === undefined && own.quota !== undefined ? own.quota : { calls, windowSeconds },
    share ?? own.share ?? planned.share,
  );
}
