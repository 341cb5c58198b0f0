import { hash } from 'node:crypto';
import { Column } from './column.ts';

/** Slots of a fresh index; always a power of two, so that a mask replaces the modulo. */
const FIRST_SLOTS = 1_024;
/** Linear probing stays at a handful of steps up to here. */
const MAX_LOAD = 0.75;
/** 32-bit words of a fingerprint. */
const WORDS = 4;

/**
 * A map from string keys to numbers for millions of keys: about 32 bytes per key and no object, and it grows without a copy of
 * itself. Of each key only a 128-bit fingerprint (the head of its SHA-256) is kept. Keys whose fingerprints collide
 * would be taken for one: for ten million keys the odds of a single such pair are below 1 in 10^24, less than those of
 * a fault in memory, and nobody can craft one. Keys must be well-formed Unicode (a lone surrogate counts as U+FFFD), and
 * cannot be listed or removed.
 */
export class KeyIndex {
  #size = 0;
  /** The place of a key in the columns, from 1; 0 means empty. */
  #slots = new Uint32Array(FIRST_SLOTS);
  readonly #words = new Column(Uint32Array);
  readonly #values = new Column(Float64Array);
  /** The fingerprint that is being looked for; one for all calls, since a fresh one per call is what would be slow. */
  readonly #print = new Uint32Array(WORDS);

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    const place = this.#slots[this.#find(key)];
    return place ? this.#values.at(place) : undefined;
  }

  set(key: string, value: number): void {
    const slot = this.#find(key);
    this.#values.set(this.#slots[slot] || this.#add(slot), value);
  }

  /** The value of `key` where it has one; otherwise sets it and answers undefined. Half the cost of `get` and `set`. */
  setIfAbsent(key: string, value: number): number | undefined {
    const slot = this.#find(key);
    const place = this.#slots[slot];
    if (place) return this.#values.at(place);
    this.#values.set(this.#add(slot), value);
    return undefined;
  }

  /** Keeps the fingerprint that was looked for last and missed in the empty `slot`; answers its place. */
  #add(slot: number): number {
    const place = ++this.#size;
    for (let word = 0; word < WORDS; word++) this.#words.set(place * WORDS + word, this.#print[word] ?? 0);
    if (place > this.#slots.length * MAX_LOAD) this.#grow();
    else this.#slots[slot] = place;
    return place;
  }

  /** The slot of `key`, or the empty one where it belongs. */
  #find(key: string): number {
    const digest = hash('sha256', key, 'binary');
    for (let word = 0; word < WORDS; word++) {
      const at = word * 4;
      this.#print[word] =
        digest.charCodeAt(at) |
        (digest.charCodeAt(at + 1) << 8) |
        (digest.charCodeAt(at + 2) << 16) |
        (digest.charCodeAt(at + 3) << 24);
    }
    const mask = this.#slots.length - 1;
    let slot = (this.#print[0] ?? 0) & mask;
    for (let place = this.#slots[slot]; place && !this.#isAt(place); place = this.#slots[slot])
      slot = (slot + 1) & mask;
    return slot;
  }

  /** Whether the fingerprint that is looked for has this place. */
  #isAt(place: number): boolean {
    for (let word = 0; word < WORDS; word++)
      if (this.#words.at(place * WORDS + word) !== this.#print[word]) return false;
    return true;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let place = 1; place <= this.#size; place++) {
      let slot = this.#words.at(place * WORDS) & mask;
      while (slots[slot]) slot = (slot + 1) & mask;
      slots[slot] = place;
    }
    this.#slots = slots;
  }
}
