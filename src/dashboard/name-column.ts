/** Names stand in blocks of this size, none of them over the end of one: what grows by doubling would hold twice its content. */
const BLOCK = 1 << 22;

/** Hostnames of many rows as runs of bytes, 4 bytes a row beside the names themselves; found by a part of them. */
export class NameColumn {
  readonly #blocks: Buffer[] = [Buffer.alloc(BLOCK)];
  #size = 0;
  /** Where the name of each row begins, and behind it ends; row 0 is none. */
  readonly #starts: Uint32Array;
  readonly #lengths: Uint16Array;
  #last = 0;

  constructor(rows: number) {
    this.#starts = new Uint32Array(rows + 1);
    this.#lengths = new Uint16Array(rows + 1);
  }

  /** Takes the names in the order of their rows, from 1; an empty one of a row that names none. `also`: what finds the row, too. */
  add(name: string, also = ''): void {
    const bytes = Buffer.from(also === '' ? name.slice(0, LONGEST) : `${name.slice(0, LONGEST)}\n${also}`);
    if (this.#size + bytes.length > this.#blocks.length * BLOCK) {
      this.#size = this.#blocks.length * BLOCK;
      this.#blocks.push(Buffer.alloc(BLOCK));
    }
    this.#last++;
    this.#starts[this.#last] = this.#size;
    this.#lengths[this.#last] = bytes.length;
    this.#blocks.at(-1)?.set(bytes, this.#size % BLOCK);
    this.#size += bytes.length;
  }

  /** Rows whose names are in. */
  get rows(): number {
    return this.#last;
  }

  at(row: number): string {
    const bytes = this.#bytes(row);
    const end = bytes.indexOf('\n');
    return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
  }

  /** The order of two rows by their names: below 0 where `a` comes first. */
  compare(a: number, b: number): number {
    return this.#bytes(a).compare(this.#bytes(b));
  }

  /** Whether the row's name, or what else finds it, holds `part`, which is in lower case as hostnames are. */
  holds(row: number, part: Buffer): boolean {
    return this.#bytes(row).includes(part);
  }

  #bytes(row: number): Buffer {
    const start = this.#starts[row] ?? 0;
    const from = start % BLOCK;
    return (this.#blocks[Math.floor(start / BLOCK)] ?? EMPTY).subarray(from, from + (this.#lengths[row] ?? 0));
  }
}

/** Characters of a name that are kept: what a rejected row calls its hostname may be anything. */
const LONGEST = 1_000;
const EMPTY = Buffer.alloc(0);
