import { HostrollError } from '../terms.ts';

/** Gathers everything wrong with a configuration, so that a person is told all of it at once. */
export class ConfigProblems {
  readonly #sentences: string[] = [];

  add(sentence: string): void {
    this.#sentences.push(sentence);
  }

  get none(): boolean {
    return this.#sentences.length === 0;
  }

  /** For what several credentials share. */
  addOnce(sentence: string): void {
    if (!this.#sentences.includes(sentence)) this.add(sentence);
  }

  /** What `read` returns, or undefined where it throws a failure of its own, which is added. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HostrollError)) throw error;
      this.add(error.message);
      return undefined;
    }
  }

  /** Throws `CONFIG_INVALID` with every problem, one a line, if there is any. */
  throwIfAny(): void {
    if (this.#sentences.length > 0) throw new HostrollError('CONFIG_INVALID', this.#sentences.join('\n'));
  }
}
