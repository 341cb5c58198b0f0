/** Few distinct texts, each held once; 0 stands for none. */
export class TextTable {
  readonly #texts: (string | undefined)[] = [undefined];
  readonly #places = new Map<string, number>();

  placeOf(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }

  at(place: number): string | undefined {
    return this.#texts[place];
  }
}

const MOST_OF_16_BITS = 0xffff;

/** One optional text per row (from 1), as its place in a shared table: 2 bytes a row, until there are many texts. */
export class TextColumn {
  readonly #table: TextTable;
  #places: Uint16Array | Uint32Array;

  constructor(rows: number, table: TextTable) {
    this.#table = table;
    this.#places = new Uint16Array(rows + 1);
  }

  at(row: number): string | undefined {
    return this.#table.at(this.#places[row] ?? 0);
  }

  set(row: number, text: string | undefined): void {
    const place = text === undefined ? 0 : this.#table.placeOf(text);
    if (place > MOST_OF_16_BITS && this.#places instanceof Uint16Array) this.#places = Uint32Array.from(this.#places);
    this.#places[row] = place;
  }
}
