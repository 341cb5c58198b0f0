import { SECOND } from '../terms.ts';

/** Most points of a chart; a batch of days has longer ones. */
const MOST = 600;

/** How many calls a second were made over the time of a batch, in a bounded number of equal parts. */
export class Pace {
  readonly #calls: number[] = [];
  #first: number | undefined;
  /** Of one part, in milliseconds. */
  #width = SECOND;

  /** So many calls at that instant, in milliseconds since 1970; what is older than the first is counted there. */
  add(at: number, calls: number): void {
    this.#first ??= at;
    let part = Math.max(0, Math.floor((at - this.#first) / this.#width));
    for (; part >= MOST; part = Math.floor(part / 2)) this.#halve();
    while (this.#calls.length <= part) this.#calls.push(0);
    this.#calls[part] = (this.#calls[part] ?? 0) + calls;
  }

  /** Seconds since 1970, and calls a second from then on. */
  points(): [number[], number[]] {
    const seconds = this.#width / SECOND;
    const first = (this.#first ?? 0) / SECOND;
    return [this.#calls.map((_, part) => first + part * seconds), this.#calls.map((calls) => calls / seconds)];
  }

  #halve(): void {
    this.#width *= 2;
    const merged = this.#calls.flatMap((calls, part) => (part % 2 === 0 ? [calls + (this.#calls[part + 1] ?? 0)] : []));
    this.#calls.splice(0, this.#calls.length, ...merged);
  }
}
