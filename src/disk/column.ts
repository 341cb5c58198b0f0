/** Numbers of a chunk, as a power of two. */
const CHUNK_BITS = 14;
const WITHIN = 2 ** CHUNK_BITS - 1;

type Numbers = Float64Array | Uint32Array;

/**
 * One number per place from 0 on, 0 where none was set. Kept in chunks, so that a column of millions grows without a copy of
 * itself beside it, and places that nobody sets take no memory.
 */
export class Column {
  readonly #kind: new (
    length: number,
  ) => Numbers;
  readonly #chunks: Numbers[] = [];

  constructor(kind: new (length: number) => Numbers) {
    this.#kind = kind;
  }

  at(place: number): number {
    return this.#chunks[place >>> CHUNK_BITS]?.[place & WITHIN] ?? 0;
  }

  set(place: number, value: number): void {
    let chunk = this.#chunks[place >>> CHUNK_BITS];
    if (chunk === undefined) {
      chunk = new this.#kind(WITHIN + 1);
      this.#chunks[place >>> CHUNK_BITS] = chunk;
    }
    chunk[place & WITHIN] = value;
  }
}
