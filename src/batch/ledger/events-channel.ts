import { channel } from 'node:diagnostics_channel';
import { basename, dirname } from 'node:path';
import type { BatchId } from '../../terms.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** An event that a batch of this process records. */
export interface Recorded {
  batch: BatchId;
  event: LedgerEvent;
  /** Of an outcome: what the row shares with others; absent where the plan has decided it. */
  kind?: SharedByRows | undefined;
}

/** What many rows share. */
export type SharedByRows = Partial<Record<'zone_id' | 'certificate_authority' | 'method', string | undefined>>;

/**
 * Every event is published here, as `Recorded`, while it is on its way to the disk, for who measures or tells. What was
 * recorded before this process opened the ledger is not said again.
 */
export const EVENTS = channel('hostroll:event');

/** Costs nothing while nobody subscribes. `ledger`: the path of the ledger, in the folder that has the batch's name. */
export function publishEvent(ledger: string, event: LedgerEvent, kind?: SharedByRows): void {
  if (!EVENTS.hasSubscribers) return;
  EVENTS.publish({ batch: basename(dirname(ledger)) as BatchId, event, kind } satisfies Recorded);
}
