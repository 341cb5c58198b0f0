import { parseHostname } from '../hostname/hostname-form.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { METADATA_PREFIX } from '../manifest/fields.ts';
import { didYouMean } from '../manifest/nearest.ts';
import { DAY } from '../terms.ts';
import { parseDuration } from '../text/duration.ts';
import { findLiveField, LIVE_PATHS, type LiveField } from './live-fields.ts';

/** The longest first, so that `<=` is not read as `<`. */
const OPERATORS = ['!=', '!~', '<=', '>=', '=', '~', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

/** One thing that must hold of a hostname: a field, an operator, and values of which one must fit. */
export interface Condition {
  /** As it was written. */
  text: string;
  field: LiveField;
  operator: Operator;
  /** In the form in which they are compared; those of `<missing>` are not among them. */
  values: readonly string[];
  /** `<missing>` is among the values: a hostname without the field fits. */
  orMissing: boolean;
  /** Whether it holds of a hostname as read at `now` (milliseconds since 1970). */
  holds(live: LiveHostname, now: number): boolean;
}

/** Stands for the absence of a field, as `<clear>` does in a manifest. */
const MISSING = '<missing>';

const FORM =
  'a condition is a field, an operator and values with commas between, such as ssl.method=http,txt; = equals one of them, != none, ~ and !~ take * for any text, < <= > >= compare versions, numbers and dates, and <missing> stands for no value';

/** Reads one condition; or says what is wrong with it, as the end of a sentence that begins with the name of the flag. */
export function parseCondition(text: string): Condition | { fault: string } {
  const fault = (reason: string) => ({ fault: `"${text}": ${reason.replace(/[.?]?$/, (end) => end || '.')}` });
  const [, name = '', operator, rest = ''] = /^\s*([^=!~<>]*?)\s*(!=|!~|<=|>=|=|~|<|>)\s*(.*)$/s.exec(text) ?? [];
  if (name === '' || !isOperator(operator)) return fault(FORM);
  const field = findLiveField(name);
  if (field === undefined) {
    return fault(
      `there is no field "${name}"${didYouMean(name, LIVE_PATHS) || `; there are ${LIVE_PATHS.join(', ')}`}`,
    );
  }
  const written = splitValues(rest);
  if (written === undefined) return fault('a value in quotes must end in one, and be valid JSON');
  if (written.some((value) => value === ''))
    return fault(`a value is missing; write ${MISSING} for hostnames without one`);
  const given = written.filter((value) => value !== MISSING);
  for (const value of given) {
    const reason = valueFault(field, operator, value);
    if (reason !== undefined) return fault(reason);
  }
  return condition(field, operator, given, written.length > given.length, text);
}

const isOperator = (text: string | undefined): text is Operator => OPERATORS.includes(text as Operator);

/** The condition that `field` stands so to `values`; they are as people write them, and known to be good. */
function condition(
  field: LiveField,
  operator: Operator,
  given: readonly string[],
  orMissing = false,
  text = `${field.path}${operator}${[...given, ...(orMissing ? [MISSING] : [])].join(',')}`,
): Condition {
  const values = given.map((value) => normal(field, operator, value));
  const fits = testOf(field, operator, values);
  const negated = operator === '!=' || operator === '!~';
  const holds = (live: LiveHostname, now: number): boolean => {
    const has = field.read(live, now);
    const passes = has.length === 0 ? orMissing : has.some((value) => fits(fold(field, value), now));
    return negated ? !passes : passes;
  };
  return { text, field, operator, values, orMissing, holds };
}

/** Metadata is the operator's own, and exact; all else is written in lower case, or is compared as if it were. */
const fold = ({ path }: LiveField, value: string): string =>
  path.startsWith(METADATA_PREFIX) ? value : value.toLowerCase();

function normal(field: LiveField, operator: Operator, value: string): string {
  if (field.path !== 'hostname' || operator === '~' || operator === '!~') return fold(field, value);
  const parsed = parseHostname(value);
  return parsed.ok ? parsed.hostname : value.toLowerCase();
}

/** Values with commas between; one in double quotes is JSON text, and may hold some. */
function splitValues(text: string): string[] | undefined {
  const values: string[] = [];
  let rest = text.trim();
  for (;;) {
    const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(rest)?.[0];
    if (rest.startsWith('"') && quoted === undefined) return undefined;
    const end = quoted === undefined ? (rest.indexOf(',') + rest.length + 1) % (rest.length + 1) : quoted.length;
    const value = quoted === undefined ? rest.slice(0, end).trim() : unquoted(quoted);
    if (value === undefined) return undefined;
    values.push(value);
    rest = rest.slice(end).trimStart();
    if (rest === '') return values;
    if (!rest.startsWith(',')) return undefined;
    rest = rest.slice(1).trimStart();
    if (rest === '') return [...values, ''];
  }
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

const VERSION = /^\d+(?:\.\d+)*$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T.+)?$/;
const RELATIVE = /^now(?:([+-])(.+))?$/;

/** Why a value cannot be meant. */
function valueFault({ path, values, closed }: LiveField, operator: Operator, value: string): string | undefined {
  if (operator.includes('<') || operator.includes('>')) {
    if (VERSION.test(value) || instant(value, 0) !== undefined) return undefined;
    return `"${value}" cannot be compared with ${operator}: write a version or number such as 1.2, a date such as 2026-01-31, or now-30d`;
  }
  if (operator.endsWith('~') || values === undefined) return undefined;
  if (values.some((known) => known.toLowerCase() === value.toLowerCase())) return undefined;
  const near = didYouMean(value, values);
  if (closed) return `"${value}" is no ${path}${near || `; there are ${values.join(', ')}`}`;
  // One that this version does not know may be a new one, so that only a likely slip is refused.
  return near === '' ? undefined : `"${value}" is no ${path}${near}`;
}

/** An instant in milliseconds since 1970: a date (midnight UTC), a time, or one relative to `now`. */
function instant(text: string, now: number): number | undefined {
  const [isRelative, sign, span] = RELATIVE.exec(text.toLowerCase()) ?? [];
  if (isRelative !== undefined) {
    const ms = span === undefined ? 0 : parseDuration(span);
    return ms === undefined ? undefined : now + (sign === '-' ? -ms : ms);
  }
  const ms = DATE.test(text.toUpperCase()) ? Date.parse(text.toUpperCase()) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** How long the given time lasts: a day is over only at its end. */
const lasts = (text: string): number => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? DAY : 1);

type Test = (value: string, now: number) => boolean;

function testOf({ kind }: LiveField, operator: Operator, values: readonly string[]): Test {
  switch (operator) {
    case '=':
    case '!=': {
      const wanted = new Set(values);
      if (kind !== 'date') return (value) => wanted.has(value);
      return (value) => values.some((day) => value.startsWith(day));
    }
    case '~':
    case '!~': {
      const patterns = values.map(globOf);
      return (value) => patterns.some((pattern) => pattern.test(value));
    }
    default:
      return (value, now) => values.some((limit) => isOrdered(value, operator, limit, now));
  }
}

const globOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/\*+/)
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

function isOrdered(value: string, operator: string, limit: string, now: number): boolean {
  const at = instant(limit, now);
  if (at !== undefined) {
    const ms = Date.parse(value.toUpperCase());
    if (Number.isNaN(ms) || VERSION.test(value)) return false;
    if (operator === '<') return ms < at;
    if (operator === '>=') return ms >= at;
    return operator === '<=' ? ms < at + lasts(limit) : ms >= at + lasts(limit);
  }
  if (!VERSION.test(value)) return false;
  const order = compareVersions(value, limit);
  if (order === 0) return operator.endsWith('=');
  return operator.startsWith('<') === order < 0;
}

/** By their numbers: 1.10 comes after 1.9, and 1.2 is 1.2.0. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(BigInt), b.split('.').map(BigInt)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at] ?? 0n, right[at] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
