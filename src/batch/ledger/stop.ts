import type { Code } from '../../codes/code.ts';
import { HostrollError } from '../../terms.ts';
/** Why a batch ends before its plan is carried out. */
export interface StopReason {
  reason: 'interrupted' | 'stop_rule' | 'cancelled';
  code?: Code;
  message?: string;
}

/** The one stop of a run: the first reason given stands, and `signal` tells everyone to wind up. */
export class Stop {
  reason: StopReason | undefined;
  /** Rows whose call ended without telling whether an earlier edit of theirs took effect. */
  readonly rowsInDoubt = new Set<number>();
  /** Why ledger or queue can take nothing more: the run then ends as a failure, and cannot even write down that it stopped. */
  failure: HostrollError | undefined;
  /** Rows whose result came, and could not be recorded. */
  readonly unrecorded = new Set<number>();
  readonly #controller = new AbortController();

  constructor(interrupt: AbortSignal) {
    const interrupted = () => this.because({ reason: 'interrupted' });
    if (interrupt.aborted) interrupted();
    else interrupt.addEventListener('abort', interrupted, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  because(reason: StopReason): void {
    this.reason ??= reason;
    this.#controller.abort();
  }

  /** Ends the run as what the disk or the queue said last. */
  fail(error: unknown): void {
    this.failure ??= error instanceof HostrollError ? error : unwritable(error as Error);
    this.#controller.abort();
  }
}

const unwritable = (cause: Error): HostrollError =>
  new HostrollError('LEDGER_UNWRITABLE', `The ledger cannot be written (${cause.message}).`, { cause });
