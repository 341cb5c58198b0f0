import type { Code } from '../../codes/code.ts';
/** Why a batch ends before its plan is carried out. */
export interface StopReason {
  reason: 'interrupted' | 'stop_rule';
  code?: Code;
  message?: string;
}

/** The one stop of a run: the first reason given stands, and `signal` tells everyone to wind up. */
export class Stop {
  reason: StopReason | undefined;
  /** Rows whose call ended without telling whether an earlier edit of theirs took effect. */
  readonly rowsInDoubt: number[] = [];
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
}
