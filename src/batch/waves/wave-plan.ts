import { createHash } from 'node:crypto';
import type { PlanRow } from '../ledger/plan-row.ts';
import type { WaveSize } from '../ledger/rollout.ts';
import { kindOf, type RowKind } from './row-kind.ts';
import { waveEnds } from './wave-sizes.ts';

/** Kinds that are told apart; rows of what comes after them are of the last. */
const MOST_KINDS = 65_535;
/** Of a million rows a few hundred share one; they then go by their numbers. */
const HASH_BYTES = 4;

/**
 * Of which kind each row of a plan is, and in which wave it is sent: three bytes a row. Made anew from the plan whenever it is
 * needed, and always the same: it goes by the hostnames, and by nothing of this machine or moment.
 */
export class WavePlan {
  /** The kinds that occur among the rows that are to be sent. */
  readonly kinds: readonly RowKind[];
  /** How many rows are sent by the end of each wave; none where there is nothing to send. */
  readonly ends: readonly number[];
  /** Kinds of which the first wave has a row. */
  readonly kindsInFirst: number;
  /** 1 + the place in `kinds`; 0 for rows that are not sent. */
  readonly #kinds: Uint16Array;
  readonly #waves: Uint8Array;

  private constructor(
    rows: number,
    kinds: readonly RowKind[],
    of: Uint16Array,
    sent: Sent,
    sizes: readonly WaveSize[],
  ) {
    this.kinds = kinds;
    this.#kinds = of;
    this.ends = waveEnds(sizes, sent.rows.length);
    this.#waves = new Uint8Array(rows + 1);
    const first = new Set<number>();
    let [wave, place] = [1, 0];
    // With one wave there is no order to be found.
    for (const row of this.ends.length > 1 ? dueOrder(sent, of) : sent.rows) {
      if (place++ >= (this.ends[wave - 1] ?? 0)) wave++;
      this.#waves[row] = wave;
      if (wave === 1) first.add(of[row] ?? 0);
    }
    this.kindsInFirst = first.size;
  }

  /** Of a plan of `rows` rows, as the lines of its file. */
  static async of(
    lines: AsyncIterable<{ value: PlanRow }> | Iterable<{ value: PlanRow }>,
    rows: number,
    sizes: readonly WaveSize[] = ALL_AT_ONCE,
  ): Promise<WavePlan> {
    const kinds: RowKind[] = [];
    const places = new Map<string, number>();
    const of = new Uint16Array(rows + 1);
    const sent = new Uint32Array(rows);
    const hashes = new Uint32Array(rows + 1);
    let count = 0;
    for await (const { value: row } of lines) {
      if (row.body === undefined) continue;
      const kind = kindOf(row);
      const name = Object.values(kind).join(' ');
      let place = places.get(name);
      if (place === undefined) {
        place = kinds.length < MOST_KINDS ? kinds.push(kind) : MOST_KINDS;
        places.set(name, place);
      }
      of[row.row] = place;
      sent[count++] = row.row;
      if (sizes.length > 1) hashes[row.row] = hashOf(row.hostname ?? '');
    }
    return new WavePlan(rows, kinds, of, { rows: sent.subarray(0, count), hashes }, sizes);
  }

  /** Of which kind the row is; undefined for one that is not sent. */
  kindOf(row: number): RowKind | undefined {
    return this.kinds[(this.#kinds[row] ?? 0) - 1];
  }

  /** In which wave the row is sent, from 1; 0 for one that is not. */
  waveOf(row: number): number {
    return this.#waves[row] ?? 0;
  }

  /** Waves, one at least. */
  get waves(): number {
    return Math.max(1, this.ends.length);
  }
}

/** What a plan that names no waves is sent in. */
const ALL_AT_ONCE: readonly WaveSize[] = [{ share: 1 }];

/** The rows that are to be sent, and by row the hash of its hostname. */
interface Sent {
  rows: Uint32Array;
  hashes: Uint32Array;
}

/**
 * The order in which rows are due: one of each kind first, the most numerous kinds before the others, so that a first wave
 * that is too small for all of them has those that most hangs on; then every kind in proportion to its size. Within a kind
 * rows go by the hashes of their hostnames, which nobody chooses.
 */
function dueOrder({ rows, hashes }: Sent, of: Uint16Array): Uint32Array {
  const hash = (row: number): number => hashes[row] ?? 0;
  const kind = (row: number): number => of[row] ?? 0;
  const order = rows.sort((a, b) => kind(a) - kind(b) || hash(a) - hash(b) || a - b);
  const due = new Float32Array(of.length);
  for (let [first, end] = [0, 0]; first < order.length; first = end) {
    while (end < order.length && kind(order[end] ?? 0) === kind(order[first] ?? 0)) end++;
    const size = end - first;
    due[order[first] ?? 0] = -size;
    for (let place = first + 1; place < end; place++) due[order[place] ?? 0] = (place - first + 0.5) / size;
  }
  return order.sort((a, b) => (due[a] ?? 0) - (due[b] ?? 0) || hash(a) - hash(b) || a - b);
}

const hashOf = (hostname: string): number => createHash('sha256').update(hostname).digest().readUIntBE(0, HASH_BYTES);
