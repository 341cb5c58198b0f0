import { API_CODES } from './api-codes.ts';
import { CERTIFICATE_CODES } from './certificate-codes.ts';
import { EXIT } from './exit.ts';
import { MANIFEST_FILE_CODES, MANIFEST_ROW_CODES } from './manifest-codes.ts';
import type { Meaning } from './meaning.ts';
import { ROW_CODES } from './row-codes.ts';
import { RUN_CODES } from './run-codes.ts';

/** Every registered code by what it is about, in the order of docs/codes.md. */
export const CODES_BY_AREA = {
  'Runs and commands': RUN_CODES,
  'Rows of a plan': ROW_CODES,
  'The manifest as a file': MANIFEST_FILE_CODES,
  'Rows of a manifest': MANIFEST_ROW_CODES,
  'Certificates of your own': CERTIFICATE_CODES,
  'The API': API_CODES,
};

const CODES = {
  ...RUN_CODES,
  ...ROW_CODES,
  ...MANIFEST_FILE_CODES,
  ...MANIFEST_ROW_CODES,
  ...CERTIFICATE_CODES,
  ...API_CODES,
};

/**
 * The stable name of something that went wrong, or of why something was not done. A new one is a line in the table of its
 * area, with what to do and how a command ends; the numbers of the API are codes without that, and have a default.
 */
export type Code = keyof typeof CODES | `CF_${number}` | `CF_HTTP_${number}`;

const API_DEFAULT: Meaning = {
  advice: 'The API refused the call. Read its message, remove the cause, and send the row again.',
  exit: 'stoppedByRule',
};
/** Cloudflare uses numbers of this range that it does not document, and all documented ones are permanent. */
const ROW_RANGE = /^CF_14\d\d$/;
const ROW_DEFAULT: Meaning = {
  advice: 'The API refuses this row for good. Read its message, correct the row, and send it again.',
  exit: 'stoppedByRule',
};
/** For codes in the files of another version. */
const UNKNOWN: Meaning = {
  advice: 'Read the message of the row, remove the cause, and send the row again.',
  exit: 'unexpected',
};

function meaningOf(code: string): Meaning {
  if (Object.hasOwn(CODES, code)) return CODES[code as keyof typeof CODES];
  if (ROW_RANGE.test(code)) return ROW_DEFAULT;
  return code.startsWith('CF_') ? API_DEFAULT : UNKNOWN;
}

/** What an operator should do about `code`, in one or two sentences. */
export const adviceFor = (code: string): string => meaningOf(code).advice;

/** The exit code of a command that ends with `code`. */
export const exitCodeFor = (code: string): number => EXIT[meaningOf(code).exit];
