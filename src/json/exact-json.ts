import type { Json } from '../terms.ts';

/**
 * JSON knows numbers that this process does not (9007199254740993, 1e400), and other people's metadata may hold them. They
 * are kept as their text, in an object with this one member, and go out again as they came in.
 */
const MEMBER = '$hostroll.number';

/** A string as a whole, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Where a value may begin, more digits than are always kept, or an exponent. Few answers hold one, so that few are taken apart. */
const SUSPECT = /[:,[]\s*-?(?:\d[\d.]{15,}|\d[\d.]*[eE])/;
const NUMBER = /^-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const KEPT = /\{"\$hostroll\.number":"(-?\d[\d.eE+-]*)"\}/g;

/** As `JSON.parse`, without loss. Throws `SyntaxError`. */
export function parseExact(text: string): unknown {
  if (!SUSPECT.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(TOKEN, (token) => (token.startsWith('"') || isKept(token) ? token : `{"${MEMBER}":"${token}"}`)),
  );
}

/** As `JSON.stringify`, for what `parseExact` returned. */
export const stringifyExact = (value: unknown): string => JSON.stringify(value).replace(KEPT, '$1');

/** The text of a metadata value, as a CSV cell would say it. */
export const textOfValue = (value: Json): string => (typeof value === 'object' ? stringifyExact(value) : String(value));

/** Whether `value` is a number that is kept as its text. */
export const isExactNumber = (value: Json): boolean =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, MEMBER);

/** Whether a number of this process is the one that is written; what is no number of JSON is left for the parser to refuse. */
function isKept(token: string): boolean {
  const written = digitsOf(token);
  return written === undefined || written === digitsOf(String(Number(token)));
}

/** A number as its digits without zeros at their ends, and the power of ten of the last; undefined for what is none. */
function digitsOf(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return Number.isFinite(Number(text)) ? undefined : text;
  const [, whole = '', part = '', power = '0'] = match;
  const digits = `${whole}${part}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${kept}e${Number(power) - part.length + digits.length - kept.length}`;
}
