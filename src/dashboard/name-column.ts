/** Hostnames of many rows as one run of bytes, 4 bytes a row beside the names themselves; found by a part of them. */
export class NameColumn {
  #bytes = Buffer.alloc(1 << 16);
  #size = 0;
  /** Where the name of each row begins; row 0 is none. */
  readonly #starts: Uint32Array;
  #last = 0;

  constructor(rows: number) {
    this.#starts = new Uint32Array(rows + 2);
  }

  /** Takes the names in the order of their rows, from 1; an empty one of a row that names none. */
  add(name: string): void {
    const needed = this.#size + Buffer.byteLength(name);
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
    this.#last++;
    this.#starts[this.#last] = this.#size;
    this.#size += this.#bytes.write(name, this.#size);
    this.#starts[this.#last + 1] = this.#size;
  }

  /** Rows whose names are in. */
  get rows(): number {
    return this.#last;
  }

  at(row: number): string {
    return this.#bytes.toString('utf8', this.#starts[row], this.#starts[row + 1]);
  }

  /** The order of two rows by their names: below 0 where `a` comes first. */
  compare(a: number, b: number): number {
    const end = (row: number) => this.#starts[row + 1];
    return this.#bytes.compare(this.#bytes, this.#starts[b], end(b), this.#starts[a], end(a));
  }

  /** Whether the row's name holds `part`, which is in lower case as hostnames are. */
  holds(row: number, part: Buffer): boolean {
    const from = this.#starts[row] ?? 0;
    return this.#bytes.subarray(from, this.#starts[row + 1]).includes(part);
  }
}
