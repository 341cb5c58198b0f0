import { isUtf8 } from 'node:buffer';
import { FileProblem } from './problem.ts';
import { type Bytes, peek } from './source-bytes.ts';

export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Spreadsheets save "Unicode text" so. */
const UTF16_MARKS = [
  { encoding: 'utf-16le', mark: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', mark: Buffer.from([0xfe, 0xff]) },
] as const;

/** The text as UTF-8, where its first two bytes are the mark of UTF-16. Throws `FileProblem` where it is not what it says. */
export async function* fromUtf16(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(bytes, (each) => each.length >= 2);
  const found = UTF16_MARKS.find(({ mark }) => head.subarray(0, 2).equals(mark));
  if (found === undefined) return yield* rest;
  const decoder = new TextDecoder(found.encoding, { fatal: true });
  let line = 1;
  const decode = (chunk: Uint8Array | undefined): Buffer => {
    try {
      const text = Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
      line += countLineBreaks(text);
      return text;
    } catch {
      throw new FileProblem('MANIFEST_NOT_UTF8', 'there are bytes that are not UTF-16; save the file as UTF-8', {
        line,
      });
    }
  };
  for await (const chunk of rest) yield decode(chunk);
  yield decode(undefined);
}

/**
 * Passes on text that is sure to be UTF-8 without NUL bytes and without a byte order mark, cut only between characters.
 * All good text before the first bad byte is passed on; then throws `FileProblem` with the line of that byte.
 */
export async function* checkText(bytes: Bytes): AsyncGenerator<Buffer> {
  let line = 1;
  let lastByte = 0;
  let tail: Buffer = Buffer.alloc(0);
  let started = false;
  const pass = (text: Buffer): Buffer => {
    line += countLineBreaks(text, lastByte);
    lastByte = text[text.length - 1] ?? lastByte;
    return text;
  };
  for await (const chunk of bytes) {
    let text = tail.length > 0 ? Buffer.concat([tail, chunk]) : asBuffer(chunk);
    if (!started && text.length < BYTE_ORDER_MARK.length && couldBeMark(text)) {
      tail = text;
      continue;
    }
    if (!started) {
      started = true;
      if (text.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
        text = text.subarray(BYTE_ORDER_MARK.length);
    }
    const end = text.length - unfinished(text);
    tail = Buffer.from(text.subarray(end));
    const whole = text.subarray(0, end);
    const good = goodLength(whole);
    if (good > 0) yield pass(whole.subarray(0, good));
    if (good < whole.length) throw badByte(whole[good], line);
  }
  if (tail.length > 0) throw badByte(tail[0], line);
}

function badByte(byte: number | undefined, line: number): FileProblem {
  if (byte === 0) {
    return new FileProblem('MANIFEST_NUL_BYTE', 'there is a NUL byte; this is no text file, or not UTF-8', { line });
  }
  return new FileProblem('MANIFEST_NOT_UTF8', 'there are bytes that are not UTF-8; save the file as UTF-8', { line });
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether so short a beginning may still turn out to be a mark, or text that ends here. */
const couldBeMark = (text: Buffer): boolean =>
  text.length < BYTE_ORDER_MARK.length && BYTE_ORDER_MARK.subarray(0, text.length).equals(text);

/** How many bytes at the end begin a character that is not complete: 0 to 3. */
function unfinished(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back && byte < 0xf8 ? back : 0;
  }
  return 0;
}

/** Bytes before the first NUL or the first byte that is not UTF-8; `text` ends between characters. */
function goodLength(text: Buffer): number {
  const nul = text.indexOf(0);
  const end = nul === -1 ? text.length : nul;
  if (isUtf8(text.subarray(0, end))) return end;
  // The longest prefix that is whole: a prefix that ends inside a good character counts as good up to that character.
  let good = 0;
  let bad = end;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const part = text.subarray(0, middle);
    if (isUtf8(part.subarray(0, part.length - unfinished(part)))) good = middle;
    else bad = middle;
  }
  return good - unfinished(text.subarray(0, good));
}

/** Line breaks in `text`: LF, CR LF or a lone CR. `before` is the byte in front of it, as a break may be cut in two. */
export function countLineBreaks(text: Buffer, before = 0): number {
  let count = 0;
  for (let at = text.indexOf(LINE_FEED); at !== -1; at = text.indexOf(LINE_FEED, at + 1)) {
    // The CR in front of this LF has been, or will be, counted.
    if ((at > 0 ? text[at - 1] : before) !== CARRIAGE_RETURN) count += 1;
  }
  for (let at = text.indexOf(CARRIAGE_RETURN); at !== -1; at = text.indexOf(CARRIAGE_RETURN, at + 1)) count += 1;
  return count;
}
