import { SECOND } from '../../terms.ts';

/** The rate is the mean over this many seconds. */
const WINDOW = 10;

/** How many calls a second are made, in one number for each of the last seconds, however many calls there are. */
export class CallRate {
  readonly #now: () => number;
  readonly #counts = new Array<number>(WINDOW).fill(0);
  /** The second that was written last. */
  #last = 0;
  #first: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(calls: number): void {
    this.#forget();
    this.#first ??= this.#now();
    const place = this.#last % WINDOW;
    this.#counts[place] = (this.#counts[place] ?? 0) + calls;
  }

  /** Calls a second. While there is less than the whole window, not more than `budget`: a few calls say nothing of a rate. */
  within(budget: number): number {
    this.#forget();
    const recent = this.#counts.reduce((sum, count) => sum + count, 0);
    // What is younger than the window has its rate over what there was of it, one second at least.
    const span = Math.min(WINDOW, Math.max(1, (this.#now() - (this.#first ?? this.#now())) / SECOND));
    return span < WINDOW ? Math.min(recent / span, budget) : recent / span;
  }

  /** Seconds that have gone by without a call count nothing. A clock that is set back changes nothing. */
  #forget(): void {
    const second = Math.floor(this.#now() / SECOND);
    if (second <= this.#last) return;
    for (let gone = Math.max(this.#last + 1, second - WINDOW + 1); gone <= second; gone++)
      this.#counts[gone % WINDOW] = 0;
    this.#last = second;
  }
}
