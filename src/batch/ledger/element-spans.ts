import type { Span } from '../../disk/indexed-lines.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Where the objects stand that are elements of a member array of the top object: `{"rows":[{…},{…}]}` gives two spans,
 * relative to `json`. Thus one settled entry can be read back without parsing the hundreds that share its line.
 * `json` must be valid JSON, in UTF-8.
 */
export function elementSpans(json: Buffer): Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
      continue;
    }
    if (byte === QUOTE) inText = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth === 3 && byte === OPEN_BRACE) start = at;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 3 && byte === CLOSE_BRACE) spans.push({ offset: start, length: at + 1 - start });
      depth -= 1;
    }
  }
  return spans;
}
