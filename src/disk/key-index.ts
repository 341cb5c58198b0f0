import { hash } from 'node:crypto';

/** Slots of a fresh index; always a power of two, so that a mask replaces the modulo. */
const FIRST_CAPACITY = 1_024;
/** Linear probing stays at a handful of steps up to here. */
const MAX_LOAD = 0.75;
/** 32-bit words of a fingerprint. */
const WORDS = 4;

/**
 * A map from string keys to numbers for millions of keys: 24 bytes per slot and no object per key, so 1,000,000 keys
 * take 48 MiB. Of each key only a 128-bit fingerprint (the head of its SHA-256) is kept. Keys whose fingerprints collide
 * would be taken for one: for ten million keys the odds of a single such pair are below 1 in 10^24, less than those of
 * a fault in memory, and nobody can craft one. Keys must be well-formed Unicode (a lone surrogate counts as U+FFFD), and
 * cannot be listed or removed.
 */
export class KeyIndex {
  #size = 0;
  #capacity = FIRST_CAPACITY;
  /** Four words per slot; all zero means empty. */
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  #values = new Float64Array(FIRST_CAPACITY);
  /** The fingerprint that is being looked for; one for all calls, since a fresh one per call is what would be slow. */
  readonly #print = new Uint32Array(WORDS);

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    const slot = this.#find(key);
    return this.#isEmpty(slot) ? undefined : this.#values[slot];
  }

  set(key: string, value: number): void {
    const slot = this.#find(key);
    if (this.#isEmpty(slot)) this.#add(slot, value);
    else this.#values[slot] = value;
  }

  /** The value of `key` where it has one; otherwise sets it and answers undefined. Half the cost of `get` and `set`. */
  setIfAbsent(key: string, value: number): number | undefined {
    const slot = this.#find(key);
    if (!this.#isEmpty(slot)) return this.#values[slot];
    this.#add(slot, value);
    return undefined;
  }

  /** Puts the fingerprint that was looked for last into the empty slot where it was missed. */
  #add(missed: number, value: number): void {
    let slot = missed;
    if (this.#size + 1 > this.#capacity * MAX_LOAD) {
      this.#grow();
      slot = this.#slotOf(this.#print, 0);
    }
    this.#words.set(this.#print, slot * WORDS);
    this.#values[slot] = value;
    this.#size += 1;
  }

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
    // A fingerprint of zeros alone would read as an empty slot.
    const print = this.#print;
    if ((print[0] || print[1] || print[2] || print[3]) === 0) print[WORDS - 1] = 1;
    return this.#slotOf(this.#print, 0);
  }

  /** The slot that holds the four words of `source` from `from` on, or the empty one where they belong. */
  #slotOf(source: Uint32Array, from: number): number {
    const mask = this.#capacity - 1;
    let slot = (source[from] ?? 0) & mask;
    while (!this.#isEmpty(slot) && !this.#holds(slot, source, from)) slot = (slot + 1) & mask;
    return slot;
  }

  #isEmpty(slot: number): boolean {
    const at = slot * WORDS;
    const words = this.#words;
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0;
  }

  #holds(slot: number, source: Uint32Array, from: number): boolean {
    const at = slot * WORDS;
    for (let word = 0; word < WORDS; word++) if (this.#words[at + word] !== source[from + word]) return false;
    return true;
  }

  #grow(): void {
    const words = this.#words;
    const values = this.#values;
    this.#capacity *= 2;
    this.#words = new Uint32Array(this.#capacity * WORDS);
    this.#values = new Float64Array(this.#capacity);
    for (let old = 0; old < values.length; old++) {
      const from = old * WORDS;
      if ((words[from] || words[from + 1] || words[from + 2] || words[from + 3]) === 0) continue;
      const slot = this.#slotOf(words, from);
      for (let word = 0; word < WORDS; word++) this.#words[slot * WORDS + word] = words[from + word] ?? 0;
      this.#values[slot] = values[old] ?? 0;
    }
  }
}
