import { CERTIFICATE_VERDICTS } from '../../hostname/certificates.ts';
import { OUTCOMES, SETTLEMENTS, STAGES } from '../../terms.ts';

type Check = (value: unknown) => boolean;
type Members = Readonly<Record<string, unknown>>;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isInstant: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCounts: Check = (value) => isObject(value) && Object.values(value).every(isCount);
const all =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (known: readonly string[]): Check =>
  (value) =>
    known.includes(value as string);

/** What each member that readers rely on may hold, wherever it stands. */
const MEMBERS: ReadonlyMap<string, Check> = new Map(
  Object.entries<Check>({
    at: isInstant,
    until: isInstant,
    row: isCount,
    up_to: isCount,
    wave: isCount,
    exit_code: isCount,
    in_flight: isCount,
    in_doubt: all(isCount),
    calls: isCounts,
    outcome: oneOf(OUTCOMES),
    stage: oneOf(STAGES),
    settlement: oneOf(SETTLEMENTS),
    lane: isText,
    by: isText,
    of: (value) => isText(value) || isObject(value),
    said: isObject,
    did: isCounts,
    reasons: all(isText),
    code: isText,
    message: isText,
    reason: isText,
    cf_ray: isText,
    batch_file: isText,
    status: isText,
    ssl_status: isText,
    phase: isText,
    errors: all(isText),
    not_shown: all(isText),
    serials: all(isText),
    certificate: oneOf(CERTIFICATE_VERDICTS),
    deadlines: isObject,
    counts: isCounts,
    settled: isCounts,
    codes: isCounts,
    failures: isCounts,
    rows: all((row) => isObject(row) && holds(row, ['row', 'settlement', 'status'])),
  }),
);

/** Members without which an event of a known type says nothing. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  stage: ['stage'],
  planned: ['batch_file'],
  started: [],
  fed: ['lane', 'up_to'],
  outcome: ['row', 'outcome'],
  calls: ['calls'],
  cooling: ['until', 'reason', 'lane'],
  settled: ['rows'],
  stopped: ['reason', 'in_doubt'],
  finished: ['exit_code'],
  control: ['said', 'up_to'],
  hold: ['by', 'of', 'reason'],
  lifted: ['by', 'of'],
  gate: ['wave', 'did', 'reasons'],
  resting: ['in_flight', 'until'],
};

function holds(value: Members, required: readonly string[]): boolean {
  if (!required.every((name) => value[name] !== undefined)) return false;
  for (const name in value) if (MEMBERS.get(name)?.(value[name]) === false) return false;
  return true;
}

/**
 * Whether a line of a ledger is an event that a fold can take in: of a known type and whole, or of a type that a later
 * version knows. Ledgers are read by the million lines, so that this is a few comparisons and no schema.
 */
export function isEvent(value: unknown): boolean {
  if (!isObject(value) || typeof value.type !== 'string') return false;
  const required = Object.hasOwn(REQUIRED, value.type) ? REQUIRED[value.type] : undefined;
  return required === undefined || holds(value, ['at', ...required]);
}
