import type { ManifestProblem } from './row.ts';

/** Every code a manifest problem can have; docs/manifest.md explains each and says its cure. */
export const PROBLEM_CODES = [
  // The file: reading ends, nothing may be sent.
  'MANIFEST_UNREADABLE',
  'MANIFEST_GZIP_BROKEN',
  'MANIFEST_NOT_UTF8',
  'MANIFEST_NUL_BYTE',
  'MANIFEST_EMPTY',
  'MANIFEST_JSON_ARRAY',
  'MANIFEST_UNKNOWN_COLUMN',
  'MANIFEST_DUPLICATE_COLUMN',
  'MANIFEST_BROKEN_QUOTES',
  'MANIFEST_SECRET_COLUMN',
  // One row.
  'MANIFEST_ROW_TOO_LONG',
  'MANIFEST_CELL_COUNT',
  'MANIFEST_BROKEN_JSON',
  'MANIFEST_NOT_AN_OBJECT',
  'MANIFEST_WRONG_TYPE',
  'MANIFEST_SECRET_VALUE',
  'MANIFEST_NO_NAME',
  'MANIFEST_BAD_HOSTNAME',
  'MANIFEST_BAD_ID',
  'MANIFEST_BAD_ZONE_ID',
  'MANIFEST_BAD_VALUE',
  'MANIFEST_BAD_ORIGIN',
  'MANIFEST_BAD_METADATA_KEY',
  'MANIFEST_CANNOT_CLEAR',
  'MANIFEST_NO_CHANGE',
  'MANIFEST_RECHECK_WITH_CHANGE',
  'MANIFEST_WILDCARD_HTTP',
  'MANIFEST_CIPHERS_WITH_TLS_1_3',
  'MANIFEST_METADATA_TOO_LARGE',
  'MANIFEST_BUNDLE_TWICE',
  'MANIFEST_BUNDLE_INCOMPLETE',
  'MANIFEST_BUNDLE_WITH_AUTHORITY',
  'MANIFEST_DUPLICATE_HOSTNAME',
  'MANIFEST_DUPLICATE_ID',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Where a problem is, as far as it is known. */
export type Place = Pick<ManifestProblem, 'line' | 'row' | 'column'>;

/** `message` is one sentence without the place, and never holds a secret: show values through `quoteValue` only. */
export const problem = (code: ProblemCode, message: string, place: Place = {}): ManifestProblem => ({
  code,
  message,
  ...place,
});

/** Ends the reading of a manifest: thrown by the stages of the reader and turned into a `file` entry at its edge. */
export class FileProblem extends Error {
  readonly problem: ManifestProblem;
  constructor(code: ProblemCode, message: string, place: Place = {}) {
    super(message);
    this.problem = problem(code, message, place);
  }
}
