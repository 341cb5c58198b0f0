import { stat } from 'node:fs/promises';
import { AppendLog } from '../disk/append-log.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import { addEvent, emptyHistory, type NewRunEvent, type RunEvent, type RunHistory } from './run-event.ts';

/** Events kept when a log is opened: three years of nights. */
const EVENTS_KEPT = 2_000;
/** A log is cut only when it is well beyond that, so that a frequent schedule does not rewrite it at every start. */
const EVENTS_MOST = 4_000;

/** The history of one schedule, on disk. One process at a time writes it: the one that holds the lock of the schedules. */
export class RunLog {
  readonly history: RunHistory;
  readonly #log: AppendLog<RunEvent>;
  readonly #now: () => number;

  private constructor(log: AppendLog<RunEvent>, history: RunHistory, now: () => number) {
    this.#log = log;
    this.history = history;
    this.#now = now;
  }

  static async open(path: string, now: () => number): Promise<RunLog> {
    const { history, events } = await read(path);
    if (events.length > EVENTS_MOST) {
      const kept = events.slice(-EVENTS_KEPT).map((event) => `${JSON.stringify(event)}\n`);
      await replaceFileText(path, kept.join(''));
    }
    return new RunLog(await AppendLog.open<RunEvent>(path), history, now);
  }

  /** Counts in the history at once, and resolves when it is on disk. */
  record(event: NewRunEvent): Promise<void> {
    const dated = { at: new Date(this.#now()).toISOString(), ...event } as RunEvent;
    addEvent(this.history, dated);
    return this.#log.append(dated);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

/** The history in a log that another process may be writing; empty where there is no log. */
export const readHistory = async (path: string): Promise<RunHistory> => (await read(path)).history;

async function read(path: string): Promise<{ history: RunHistory; events: RunEvent[] }> {
  const history = emptyHistory();
  const events: RunEvent[] = [];
  if ((await stat(path).catch(() => undefined)) === undefined) return { history, events };
  for await (const { value } of readJsonLines<RunEvent>(path)) {
    addEvent(history, value);
    events.push(value);
  }
  return { history, events };
}
