import type { Span } from '../../disk/indexed-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import { HOSTNAME_PHASES, type HostnamePhase } from '../../hostname/phase.ts';
import { SECOND, SETTLEMENTS, type Settlement } from '../../terms.ts';

/** What was read of a hostname at one moment. */
export interface Reading {
  /** Milliseconds since the epoch. */
  at: number;
  settlement: Settlement;
  phase: HostnamePhase;
  /** An edit of ours restarted its validation just before: that it is not active is no news then. */
  restarted: boolean;
  /** What is lost first, and when. */
  deadline?: { at: number; kind: DeadlineKind; estimate: boolean } | undefined;
  /** Where the hostname is spelled out: the number of a batch, and its line in that batch's plan. */
  place: { batch: number; span: Span };
}

export const DEADLINE_KINDS = ['token_dies', 'hostname_lost'] as const;
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];

/** Bytes of one hostname's record; see `#view` for what is where. */
const RECORD_BYTES = 48;
const FIRST_CAPACITY = 1_024;

/** Places in a record. Settlements are 0 for none, else 1 + the place in `SETTLEMENTS`; instants are seconds. */
const AT = {
  spanOffset: 0,
  spanLength: 8,
  batch: 12,
  readAt: 16,
  idleSince: 20,
  deadline: 24,
  before: 28,
  now: 29,
  phase: 30,
  drops: 31,
  recoveries: 32,
  deadlineKind: 33,
  deadlineEstimate: 34,
  readSince: 35,
} as const;
const MOST = 255;

/**
 * The states of every hostname that any batch has read, folded into 48 bytes each beside their fingerprints, so that a
 * million hostnames take about 100 MB. Readings come batch by batch; one that is older than the newest known is ignored.
 */
export class StateHistory {
  readonly #since: number;
  readonly #index = new KeyIndex();
  #view = new DataView(new ArrayBuffer(FIRST_CAPACITY * RECORD_BYTES));

  /** `since`: what is compared with is the state at this instant, in milliseconds since the epoch. */
  constructor(since: number) {
    this.#since = since;
  }

  /** Hostnames in it; each has a number from 0 on. */
  get size(): number {
    return this.#index.size;
  }

  /** The number of a hostname, by a key that names it and no other; a new one where it has none. */
  numberOf(key: string): number {
    const number = this.#index.setIfAbsent(key, this.#index.size);
    if (number !== undefined) return number;
    const bytes = this.#index.size * RECORD_BYTES;
    if (bytes > this.#view.byteLength) {
      const grown = new Uint8Array(this.#view.byteLength * 2);
      grown.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(grown.buffer);
    }
    return this.#index.size - 1;
  }

  see(number: number, { at, settlement, phase, restarted, deadline, place }: Reading): void {
    const seconds = Math.floor(at / SECOND);
    if (seconds < this.#uint32(number, AT.readAt)) return;
    const state = SETTLEMENTS.indexOf(settlement) + 1;
    const [was, is] = [this.now(number), settlement];
    if (at <= this.#since) this.#setByte(number, AT.before, state);
    else {
      this.#setByte(number, AT.readSince, 1);
      // Of a hostname that nobody had read, the first reading stands for what was before.
      if (this.before(number) === undefined) this.#setByte(number, AT.before, state);
      if (was === 'active' && is !== 'active' && !restarted) this.#count(number, AT.drops);
      if (was !== undefined && was !== 'active' && is === 'active') this.#count(number, AT.recoveries);
    }
    if (is === 'active') this.#setUint32(number, AT.idleSince, 0);
    else if (was === undefined || was === 'active') this.#setUint32(number, AT.idleSince, seconds);
    this.#setByte(number, AT.now, state);
    this.#setByte(number, AT.phase, HOSTNAME_PHASES.indexOf(phase));
    this.#setUint32(number, AT.readAt, seconds);
    this.#setUint32(number, AT.deadline, deadline === undefined ? 0 : Math.floor(deadline.at / SECOND));
    this.#setByte(number, AT.deadlineKind, deadline === undefined ? 0 : DEADLINE_KINDS.indexOf(deadline.kind));
    this.#setByte(number, AT.deadlineEstimate, deadline?.estimate === true ? 1 : 0);
    this.#setUint32(number, AT.batch, place.batch);
    this.#view.setFloat64(number * RECORD_BYTES + AT.spanOffset, place.span.offset);
    this.#setUint32(number, AT.spanLength, place.span.length);
  }

  before(number: number): Settlement | undefined {
    return SETTLEMENTS[this.#byte(number, AT.before) - 1];
  }

  now(number: number): Settlement | undefined {
    return SETTLEMENTS[this.#byte(number, AT.now) - 1];
  }

  phase(number: number): HostnamePhase {
    return HOSTNAME_PHASES[this.#byte(number, AT.phase)] ?? 'unrecognised';
  }

  /** Whether anything was read of it after the instant that is compared with. */
  readSince(number: number): boolean {
    return this.#byte(number, AT.readSince) === 1;
  }

  /** How often it stopped being active without an edit of ours, and became active again, since then. At most 255 each. */
  changes(number: number): { drops: number; recoveries: number } {
    return { drops: this.#byte(number, AT.drops), recoveries: this.#byte(number, AT.recoveries) };
  }

  readAt(number: number): number {
    return this.#uint32(number, AT.readAt) * SECOND;
  }

  /** Since when it has not been active, as far as it was read; milliseconds since the epoch, undefined where it is. */
  idleSince(number: number): number | undefined {
    return this.#uint32(number, AT.idleSince) * SECOND || undefined;
  }

  deadline(number: number): Reading['deadline'] {
    const at = this.#uint32(number, AT.deadline) * SECOND;
    const kind = DEADLINE_KINDS[this.#byte(number, AT.deadlineKind)] ?? 'token_dies';
    return at === 0 ? undefined : { at, kind, estimate: this.#byte(number, AT.deadlineEstimate) === 1 };
  }

  place(number: number): Reading['place'] {
    const offset = this.#view.getFloat64(number * RECORD_BYTES + AT.spanOffset);
    return { batch: this.#uint32(number, AT.batch), span: { offset, length: this.#uint32(number, AT.spanLength) } };
  }

  #byte(number: number, at: number): number {
    return this.#view.getUint8(number * RECORD_BYTES + at);
  }

  #setByte(number: number, at: number, value: number): void {
    this.#view.setUint8(number * RECORD_BYTES + at, value);
  }

  #count(number: number, at: number): void {
    this.#setByte(number, at, Math.min(MOST, this.#byte(number, at) + 1));
  }

  #uint32(number: number, at: number): number {
    return this.#view.getUint32(number * RECORD_BYTES + at);
  }

  #setUint32(number: number, at: number, value: number): void {
    this.#view.setUint32(number * RECORD_BYTES + at, value);
  }
}
