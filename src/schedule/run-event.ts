import type { Code } from '../codes/code.ts';
import type { BatchId } from '../terms.ts';

/** Why a run began: in its slot, made up for late, asked for by a person, or carried on after its coordinator had ended. */
export type RunCause = 'on_time' | 'late' | 'asked' | 'resumed';

/** A line of `runs.jsonl`. `at`, `slot`, `first` and `last` are ISO 8601 instants; a slot is when a run was due. */
export type RunEvent = { at: string } & (
  | { type: 'started'; cause: RunCause; slot?: string; batch?: BatchId }
  /** The batch of the run that is going. */
  | { type: 'batch'; batch: BatchId }
  | { type: 'ended'; exit_code: number; code?: Code; message?: string }
  /** A slot that came while the run before it was still going. */
  | { type: 'skipped'; code: 'SCHEDULE_OVERLAP'; slot?: string; message: string }
  /** Slots that came while nobody served them, and that are not made up for. */
  | {
      type: 'missed';
      code: 'SCHEDULE_MISSED' | 'SCHEDULE_WINDOW_OVER';
      first: string;
      last: string;
      count: number;
      message: string;
    }
);
export type NewRunEvent = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'at'> : never) : never;

/** One run as its events tell it. */
export interface Run {
  started_at: string;
  cause: RunCause;
  slot?: string;
  batch?: BatchId;
  /** Absent while it goes, and where its process died. */
  ended_at?: string;
  exit_code?: number;
  code?: Code;
  message?: string;
}

/** The state that the events of a schedule lead to. */
export interface RunHistory {
  /** Slots up to here are dealt with: run, skipped or missed. Milliseconds; undefined before the first. */
  handledUpTo: number | undefined;
  last: Run | undefined;
  /** The newest slot that was skipped, and the newest slots that were missed. */
  skipped: Extract<RunEvent, { type: 'skipped' }> | undefined;
  missed: Extract<RunEvent, { type: 'missed' }> | undefined;
}

export const emptyHistory = (): RunHistory => ({
  handledUpTo: undefined,
  last: undefined,
  skipped: undefined,
  missed: undefined,
});

/** Takes the next event into a history. */
export function addEvent(history: RunHistory, event: RunEvent): void {
  switch (event.type) {
    case 'started': {
      const { cause, slot, batch } = event;
      history.last = {
        started_at: event.at,
        cause,
        ...(slot === undefined ? {} : { slot }),
        ...(batch === undefined ? {} : { batch }),
      };
      handled(history, slot);
      break;
    }
    case 'batch':
      if (history.last !== undefined) history.last.batch = event.batch;
      break;
    case 'ended': {
      const { at, type: _, ...result } = event;
      if (history.last !== undefined) history.last = { ...history.last, ...result, ended_at: at };
      break;
    }
    case 'skipped':
      history.skipped = event;
      handled(history, event.slot);
      break;
    case 'missed':
      history.missed = event;
      handled(history, event.last);
      break;
  }
}

function handled(history: RunHistory, slot: string | undefined): void {
  if (slot !== undefined) history.handledUpTo = Math.max(history.handledUpTo ?? 0, Date.parse(slot));
}
