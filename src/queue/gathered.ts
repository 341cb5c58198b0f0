import { setImmediate as tick } from 'node:timers/promises';

/** Asks together what is asked at the same moment, or while an earlier group is under way; as a log syncs what has come meanwhile. */
export class Gathered<Q, A> {
  readonly #answerAll: (asked: Q[]) => Promise<A[]>;
  #waiting: { question: Q; resolve(answer: A): void; reject(error: unknown): void }[] = [];
  #isAsking = false;

  /** `answerAll` brings an answer for each question, in their order; where it fails, each of them has failed. */
  constructor(answerAll: (asked: Q[]) => Promise<A[]>) {
    this.#answerAll = answerAll;
  }

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    // What one look at the sockets has brought comes in one go.
    for (await tick(); this.#waiting.length > 0; await tick()) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const answers = await this.#answerAll(group.map(({ question }) => question));
        for (const [at, { resolve }] of group.entries()) resolve(answers[at] as A);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
