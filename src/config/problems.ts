import { HostrollError } from '../terms.ts';

/** Gathers everything wrong with a configuration, so that a person hears of it all at once. */
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

  /** Throws `CONFIG_INVALID` with every problem, one a line, if there is any. */
  throwIfAny(): void {
    if (this.#sentences.length > 0) throw new HostrollError('CONFIG_INVALID', this.#sentences.join('\n'));
  }
}
