import type { Code } from './codes/code.ts';

/**
 * The vocabulary of hostroll, one line each. Everything else is spelled with these words.
 *
 * manifest, row   the input, and one line of it (row 1 is the first data row; a CSV header is not a row)
 * change          what a row asks for: fields of the PATCH body, or "recheck"
 * snapshot        the live hostnames of the zones concerned, read before planning
 * plan            for each row one decision (edit, recheck, skip, reject) with its effects and its cost in calls
 * effect          what an edit does beyond the field itself
 * batch           one plan being carried out; it has an id and a folder
 * stage           what a batch is at (the table is in batch/run/stage.ts)
 * wave            a part of a batch that must settle before the next one begins
 * lane            one credential's API budget: one queue; all zones of one credential share it
 * call            one HTTP request to the API; each activation of a lane job makes exactly one
 * outcome         the final result of one row
 * phase           how far a hostname is, and who must move: our reading of its two statuses
 * settle          after the edits, reading states again until they converge or the wait ends
 * ledger          the append-only file of a batch; everything else is derived from it
 * view            what everybody who looks at a batch is given: its ledger, folded, and what passes by
 * coordinator     the process that plans, feeds lanes, keeps the ledger, settles and reports
 * worker          a process that takes lane jobs and makes calls
 */

declare const brand: unique symbol;
/** A string that has passed the check its name promises; made by one function per kind. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 32 lower-case hex digits. */
export type ZoneId = Branded<'ZoneId'>;
export const ZONE_ID = /^[0-9a-f]{32}$/;
/** Cloudflare's identifier of a custom hostname: a 36-character UUID. */
export type CustomHostnameId = Branded<'CustomHostnameId'>;
/** A hostname in normal form: lower-case A-labels, no trailing dot, wildcard only as the first label. */
export type Hostname = Branded<'Hostname'>;
/** `<UTC date>-<UTC time>-<4 random characters>`: sorts by time, is safe in a file name and in a queue job id. */
export type BatchId = Branded<'BatchId'>;

/** What the plan decides for a row. `recheck` sends the stored ssl configuration again, so that DCV runs now. */
export const DECISIONS = ['edit', 'recheck', 'skip', 'reject'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a call does beyond the field it names, mildest first. */
export const EFFECTS = [
  'metadata_only',
  'moves_traffic',
  'restarts_dcv',
  'reissues',
  'replaces_certificate',
  'drops_rsa',
  'drops_ecdsa',
  'loses_upload',
] as const;
export type Effect = (typeof EFFECTS)[number];

/** The final result of a row. `unprocessed` is never recorded: it is the absence of the others. */
export const OUTCOMES = ['edited', 'skipped', 'rejected', 'failed', 'gave_up', 'unprocessed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where a hostname stands after its edit, both of its state machines taken together. */
export const SETTLEMENTS = ['active', 'pending', 'errored'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** What a batch is at, in the order in which it goes through them. */
export const STAGES = [
  'reading',
  'planning',
  'editing',
  'paused',
  'settling',
  'reporting',
  'finished',
  'stopped',
  'cancelled',
] as const;
export type Stage = (typeof STAGES)[number];

/** The kinds of call a batch spends its budget on. Look-ups of a zone by name count as `read`. */
const CALL_KINDS = ['list', 'read', 'edit'] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export type CallCounts = Record<CallKind, number>;

/** Who gives a command, and from where: taken from the system, to be told and not to be trusted. */
export interface Operator {
  user: string;
  host: string;
  /** The address behind a remote login. */
  from?: string;
}

/** Durations in milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * A failure a person can act on. `code` is stable and is what programs branch on; `message` is one sentence that says
 * what was wrong, where, and what to do; it never holds a secret.
 */
export class HostrollError extends Error {
  override readonly name = 'HostrollError';
  readonly code: Code;
  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
