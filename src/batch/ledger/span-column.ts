/** A run of bytes in a file. */
export interface Span {
  offset: number;
  length: number;
}

/** One optional span per row (from 1). Offsets are doubles: exact beyond any file size, unlike 32-bit integers. */
export class SpanColumn {
  readonly #offsets: Float64Array;
  readonly #lengths: Uint32Array;

  constructor(rows: number) {
    this.#offsets = new Float64Array(rows + 1);
    this.#lengths = new Uint32Array(rows + 1);
  }

  get bytes(): number {
    return this.#offsets.byteLength + this.#lengths.byteLength;
  }

  has(row: number): boolean {
    return (this.#lengths[row] ?? 0) > 0;
  }

  /** The row's span; undefined where none was set. */
  at(row: number): Span | undefined {
    const length = this.#lengths[row] ?? 0;
    return length === 0 ? undefined : { offset: this.#offsets[row] ?? 0, length };
  }

  set(row: number, offset: number, length: number): void {
    this.#offsets[row] = offset;
    this.#lengths[row] = length;
  }
}
