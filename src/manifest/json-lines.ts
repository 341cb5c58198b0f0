import { LINE_FEED } from './checked-text.ts';
import type { Bytes } from './source-bytes.ts';

/** No row that the API would take comes near this. */
const LINE_MAX_BYTES = 1_024 * 1_024;

/** One line that is not blank; `text` is absent where the line is longer than `LINE_MAX_BYTES`. */
export interface ManifestLine {
  line: number;
  text?: string;
}

/** The lines of a JSONL file, in groups as they come out of a chunk of the file. Holds one line at most. */
export async function* jsonLines(bytes: Bytes): AsyncGenerator<ManifestLine[]> {
  let line = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    // Of a line that is too long nothing is kept.
    if (length <= LINE_MAX_BYTES) parts.push(part);
    else parts = [];
  };
  const finish = (): ManifestLine | undefined => {
    const text =
      length > LINE_MAX_BYTES ? undefined : parts.length === 1 ? String(parts[0]) : String(Buffer.concat(parts));
    parts = [];
    length = 0;
    if (text === undefined) return { line };
    return text.trim() === '' ? undefined : { line, text };
  };
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: ManifestLine[] = [];
    let start = 0;
    for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, start)) {
      take(buffer.subarray(start, end));
      const finished = finish();
      if (finished !== undefined) lines.push(finished);
      line += 1;
      start = end + 1;
    }
    if (start < buffer.length) take(buffer.subarray(start));
    yield lines;
  }
  const last = finish();
  if (last !== undefined) yield [last];
}
