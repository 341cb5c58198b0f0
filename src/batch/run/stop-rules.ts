import type { RowResult } from '../../lane/lane-result.ts';
import type { StopReason } from '../ledger/stop.ts';

/** Rows given up, or refused by the edge, one after the other, before the API is held to be unreachable. */
export const GAVE_UP_IN_A_ROW = 20;

/**
 * Stops a batch whose calls bring nothing any more: rows given up are lost for this run, so a long outage must not eat
 * its way through the manifest.
 */
export class StopRules {
  #inARow = 0;

  /** Hears every result; resolves to a reason to stop, or undefined. */
  judge({ outcome, code, message }: RowResult): StopReason | undefined {
    this.#inARow = outcome === 'gave_up' || code === 'CF_EDGE_REFUSED' ? this.#inARow + 1 : 0;
    if (this.#inARow < GAVE_UP_IN_A_ROW) return undefined;
    return {
      reason: 'stop_rule',
      code: 'API_UNREACHABLE',
      message: `${this.#inARow} rows in a row were given up or refused by the edge, the last with ${code}: ${message}`,
    };
  }
}
