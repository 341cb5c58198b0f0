import { CallLog, type LoggedCall } from './call-log.ts';
import type { EditRemarks } from './edit-hostname.ts';
import type { SandboxCallKind } from './fault-rule.ts';
import type { StoredHostname } from './stored-hostname.ts';

/** What the simulator saw. Times are real milliseconds since it started. */
export interface Judgement {
  calls: Record<SandboxCallKind, number> & { all: number };
  /** PATCHes that took effect, by hostname. */
  applied: Map<string, number>;
  /** Most calls, refused ones included, in any sliding window of `window_ms`. */
  peak: number;
  window_ms: number;
  /** Calls that were refused: by API error code, else by HTTP status, `no_answer` where none was sent. */
  rejected: Record<string, number>;
  /** PATCHes sent after a try with an unknown end, with no read of the hostname between. */
  blind_repeats: { hostname: string; at: number }[];
  /** PATCHes sent after one that had been answered as good, with no read of the hostname between. */
  unread_repeats: { hostname: string; at: number }[];
  /** What was set before an edit and not after, though the body did not name it. */
  settings_lost: { hostname: string; members: string[] }[];
  /** Edits whose `ssl` changed nothing while they changed something else. */
  needless_ssl: string[];
  /** Edits that only sent the stored `ssl` again, where the certificate was already active. */
  rechecked_active: string[];
  /** Edits that took the traffic of a hostname away from another zone. */
  traffic_taken: string[];
  /** Calls that carried a private key. */
  custom_keys: number;
}

/** What the author of the last PATCH of a hostname knows of its end; in doubt also while it is under way. */
type Knowledge = 'answered' | 'in_doubt';

/** What an ended call was about. */
interface CallSubject {
  record: StoredHostname | undefined;
  seen: readonly StoredHostname[];
  knew: Knowledge | undefined;
}

function peakOf(times: number[], windowMs: number): number {
  times.sort((left, right) => left - right);
  let first = 0;
  let peak = 0;
  for (const [at, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1;
    peak = Math.max(peak, at - first + 1);
  }
  return peak;
}

/** Watches every call. `hostnameOf` names a record by its number. */
export class Judge {
  readonly #hostnameOf: (row: number) => string;
  readonly #log = new CallLog();
  readonly #lastPatch = new Map<number, Knowledge>();
  readonly #found: Omit<Judgement, 'calls' | 'applied' | 'peak' | 'window_ms' | 'rejected'> = {
    blind_repeats: [],
    unread_repeats: [],
    settings_lost: [],
    needless_ssl: [],
    rechecked_active: [],
    traffic_taken: [],
    custom_keys: 0,
  };

  constructor(hostnameOf: (row: number) => string) {
    this.#hostnameOf = hostnameOf;
  }

  /** A PATCH has arrived; call before it is handled. Gives what its author knew until then. */
  arrived(record: StoredHostname, at: number): Knowledge | undefined {
    const last = this.#lastPatch.get(record.row);
    if (last === 'in_doubt') this.#found.blind_repeats.push({ hostname: record.hostname, at });
    if (last === 'answered') this.#found.unread_repeats.push({ hostname: record.hostname, at });
    this.#know(record.row, 'in_doubt');
    return last;
  }

  remarked(
    record: StoredHostname,
    { lost, equalSsl, onlySsl, active }: EditRemarks & { onlySsl: boolean; active: boolean },
  ): void {
    if (lost.length > 0) this.#found.settings_lost.push({ hostname: record.hostname, members: lost });
    if (equalSsl && !onlySsl) this.#found.needless_ssl.push(record.hostname);
    if (equalSsl && onlySsl && active) this.#found.rechecked_active.push(record.hostname);
  }

  tookTraffic(record: StoredHostname): void {
    this.#found.traffic_taken.push(record.hostname);
  }

  carriedKey(): void {
    this.#found.custom_keys += 1;
  }

  /**
   * The answer of a call is about to be sent; gives the call's number. `seen` are the hostnames the answer shows, `knew`
   * is what `arrived` gave.
   */
  ended(call: LoggedCall, { record, seen, knew }: CallSubject): number {
    const isEdit = call.kind === 'edit';
    if (record !== undefined && isEdit && call.delivered) {
      // A 5xx may hide an effect; any other refusal is sure to have none, and leaves things as they were before.
      if (call.status >= 500) this.#know(record.row, 'in_doubt');
      else this.#know(record.row, call.applied ? 'answered' : knew);
    }
    if (!isEdit && call.delivered) for (const shown of seen) this.#know(shown.row, undefined);
    return this.#log.append(record?.row ?? -1, call);
  }

  /** The connection broke before the whole answer of an ended call was on its way. */
  undelivered(number: number, record: StoredHostname | undefined): void {
    if (record !== undefined && this.#log.call(number).kind === 'edit') this.#know(record.row, 'in_doubt');
    this.#log.undelivered(number);
  }

  judge(windowMs: number): Judgement {
    const log = this.#log;
    const calls = { list: 0, read: 0, edit: 0, create: 0, delete: 0, other: 0, all: log.length };
    const applied = new Map<string, number>();
    const rejected: Record<string, number> = {};
    const times: number[] = [];
    for (let number = 0; number < log.length; number += 1) {
      const call = log.call(number);
      calls[call.kind] += 1;
      times.push(call.at);
      if (call.applied && call.kind === 'edit') {
        const hostname = this.#hostnameOf(log.row(number));
        applied.set(hostname, (applied.get(hostname) ?? 0) + 1);
      }
      if (call.status !== 0 && call.status < 400 && call.code === 0) continue;
      const cause = call.status === 0 ? 'no_answer' : String(call.code || call.status);
      rejected[cause] = (rejected[cause] ?? 0) + 1;
    }
    return {
      calls,
      applied,
      rejected,
      peak: peakOf(times, windowMs),
      window_ms: windowMs,
      ...structuredClone(this.#found),
    };
  }

  /** The calls about one hostname, in order of their ends. */
  calls(record: StoredHostname): LoggedCall[] {
    const log = this.#log;
    const own: LoggedCall[] = [];
    for (let number = 0; number < log.length; number += 1) {
      if (log.row(number) === record.row) own.push(log.call(number));
    }
    return own;
  }

  #know(row: number, knowledge: Knowledge | undefined): void {
    if (knowledge === undefined) this.#lastPatch.delete(row);
    else this.#lastPatch.set(row, knowledge);
  }
}
