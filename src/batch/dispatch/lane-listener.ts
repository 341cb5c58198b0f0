import type { Code } from '../../codes/code.ts';
import type { LaneSight } from '../../lane/lane.ts';
import type { RowResult } from '../../lane/lane-result.ts';
import type { CallCounts } from '../../terms.ts';

/** Tells the owner of a batch of its results. Each is awaited before the result leaves its queue. */
export interface LaneListener {
  rowDone(result: RowResult): Promise<void>;
  /** Whether a result of the row can come at all: it was handed over, in this run or an earlier one. */
  expects(row: number): boolean;
  /** `asked`: how long the API asked for, where that is longer. */
  cooling(until: string, reason: string, lane: string, asked?: string): Promise<void>;
  refused(code: Code, message: string): Promise<void>;
  /** A read that is refused ends alone: another zone may be open to the same credential. */
  refusesAlone?: true;
  /** The row may have been sent, and nobody will say so any more. */
  inDoubt(row: number): void;
  /** What a look at a lane has shown; told every few seconds. */
  saw(lane: string, sight: LaneSight): void;
  /** Entries of a list that are no hostnames, by what can be told of them; nothing is done about them. */
  leftOut?(entries: readonly string[]): void;
  /** `forRow`: the calls were made for one row, whose outcome counts them, too. */
  called(calls: CallCounts, forRow: boolean): void;
}
