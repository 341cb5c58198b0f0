import type { RowResult } from '../../lane/lane-result.ts';
import type { StopReason } from '../ledger/stop.ts';

/** Rows given up, or refused by the edge, one after the other, before the API is held to be unreachable. */
export const GAVE_UP_IN_A_ROW = 20;

/** Rows given up without a word of the API: the queue has lost them, or their workers have died. A batch stops with the code itself. */
const NOT_OF_THE_API = ['JOB_LOST', 'WORKERS_DIED'] as const;
const isNotOfTheApi = (code: unknown): code is (typeof NOT_OF_THE_API)[number] =>
  NOT_OF_THE_API.some((each) => each === code);

/**
 * Stops a batch whose calls bring nothing any more: rows given up are lost for this run, so a long outage must not eat
 * its way through the manifest. Each lane is counted by itself, as what meets one credential need not meet another, and so
 * is each cause.
 */
export class StopRules {
  readonly #inARow = new Map<string, Map<StopReason['code'], number>>();

  /** Hears every result of a lane; returns a reason to stop, or undefined. */
  judge({ outcome, code, message }: RowResult, lane: string): StopReason | undefined {
    const counts = this.#inARow.get(lane) ?? new Map<StopReason['code'], number>();
    this.#inARow.set(lane, counts);
    if (outcome !== 'gave_up' && code !== 'CF_EDGE_REFUSED') {
      counts.clear();
      return undefined;
    }
    const cause = isNotOfTheApi(code) ? code : 'API_UNREACHABLE';
    const count = (counts.get(cause) ?? 0) + 1;
    counts.set(cause, count);
    if (count < GAVE_UP_IN_A_ROW) return undefined;
    const what = cause === 'API_UNREACHABLE' ? 'given up or refused by the edge' : 'given up';
    return {
      reason: 'stop_rule',
      code: cause,
      message: `${count} rows in a row were ${what}, the last with ${code}: ${message}`,
    };
  }
}
