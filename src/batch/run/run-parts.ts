import type { Logger } from 'pino';
import type { Lane } from '../../lane/lane.ts';
import type { Priority } from '../../lane/priority.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import type { Operator } from '../../terms.ts';
import type { Hold } from '../control/hold.ts';
import type { LimitedLane } from '../dispatch/batch-lane-queue.ts';
import type { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import type { LaneListener } from '../dispatch/lane-listener.ts';
import type { Reads } from '../dispatch/list-pages.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import type { BatchFolder } from '../ledger/batch-folder.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Stop } from '../ledger/stop.ts';
import type { LiveView } from '../view/live-view.ts';
import type { WavePlan } from '../waves/wave-plan.ts';
import type { Holds } from './holds.ts';
import type { Issuance } from './issuance.ts';
import type { Outstanding } from './outstanding.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunRules } from './run-rules.ts';

export interface RunParts {
  folder: BatchFolder;
  file: BatchFile;
  backend: QueueBackend;
  /** Those of the batch are among them. */
  lanes: readonly (LimitedLane & Partial<Pick<Lane, 'quota' | 'share'>>)[];
  window: number;
  /** Send rows also where somebody else has changed the very same fields since the plan. */
  overwriteDrift?: boolean;
  /** Aborted where the batch is to end early: it then stops cleanly and can be resumed. */
  interrupt: AbortSignal;
  progress: LiveView;
  /**
   * Asks the person who watches whether what a gate holds may go on; resolves with whether they said so. Absent where nobody
   * watches: then a wave that is held ends the run, where none is waited for.
   */
  ask?: ((hold: Hold, stop: AbortSignal) => Promise<boolean>) | undefined;
  log: Logger;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  process: { pid: number; version: string } & Operator;
  /** Writes the report of a batch whose rows have come to their end. */
  report(): Promise<void>;
}

/** What a run needs of its lanes. */
export type Lanes = Reads &
  Pick<LaneDispatcher, 'feed' | 'drained' | 'takeBack' | 'hush' | 'tune' | 'abandonReads' | 'clear'> & {
    /** Nothing of what its rows bring stays in the queue. */
    clearBundles(): Promise<void>;
    close(): Promise<void>;
  };
/** Opens the lanes of a batch; results of earlier runs may come from then on. */
export type OpenLanes = (
  parts: RunParts,
  told: { listener: LaneListener; beforeRead(): void; priority(): Priority },
) => Promise<Lanes>;

/** What the stages share that make calls. */
export interface Run {
  parts: RunParts;
  ledger: Ledger;
  lane: Lanes;
  outstanding: Outstanding;
  /** Of which kind each row is, and in which wave. */
  waves: WavePlan;
  rules: RunRules;
  /** What may not begin now: see `Holds` for how gates and rules hold. */
  holds: Holds;
  limits: RunLimits;
  /** Absent where nothing bounds how fast certificates are ordered. */
  issuance: Issuance | undefined;
  stop: Stop;
  /** Rows that were handed over were taken back since the stage last looked: they are to be handed over again. */
  tookBack: boolean;
  /** The batch was paused in this run. */
  hasRested: boolean;
  /** Calls that belong to no row, those of refused ones among them, are on record before a stage is left. */
  recordReads(): Promise<void>;
}
