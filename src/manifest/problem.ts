import type { ManifestCode } from '../codes/manifest-codes.ts';
import type { ManifestProblem } from './row.ts';

/** Where a problem is, as far as it is known. */
export type Place = Pick<ManifestProblem, 'line' | 'row' | 'column'>;

/** `message` is one sentence without the place, and never holds a secret: show values through `quoteValue` only. */
export const problem = (code: ManifestCode, message: string, place: Place = {}): ManifestProblem => ({
  code,
  message,
  ...place,
});

/** Ends the reading of a manifest: thrown by the stages of the reader and turned into a `file` entry at its edge. */
export class FileProblem extends Error {
  readonly problem: ManifestProblem;
  constructor(code: ManifestCode, message: string, place: Place = {}) {
    super(message);
    this.problem = problem(code, message, place);
  }
}
