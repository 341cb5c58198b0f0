import { createHash, hash } from 'node:crypto';

/** The last member of a linked line: 43 characters of base64url hold the 32 bytes of SHA-256. */
const LINK = /,"chain":"([\w-]{43})"\}$/;
/** Bytes that tell whether a line is linked. */
export const LINK_BYTES = ',"chain":""}'.length + 43;

/**
 * Binds each line of a JSONL file to all lines before it: its last member is the SHA-256 of the link before it and of the line
 * without that member. The first link is made of the hash of whatever stands before it, so that a file of an earlier version
 * is bound as a whole by the first line that is added to it. Whoever can write the file can also make a chain anew: the last
 * link, noted elsewhere, shows that, too.
 */
export class LineChain {
  #last: string;

  constructor(last: string) {
    this.#last = last;
  }

  /** The line, a JSON object that has members, with its link. */
  link(line: string): string {
    this.#last = hash('sha256', this.#last + line, 'base64url');
    return `${line.slice(0, -1)},"chain":"${this.#last}"}`;
  }

  /** Whether `line`, as it stands in the file, is the one that comes next; it then is the last. */
  follows(line: string): boolean {
    return this.link(line.replace(LINK, '}')) === line;
  }
}

/** The link of a line, or of its end; undefined where it has none. */
export const linkOf = (line: string): string | undefined => LINK.exec(line)?.[1];

/** What stands for the last link where there is none: the hash of the bytes there are. */
export async function linkOfBytes(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of chunks) digest.update(chunk);
  return digest.digest('base64url');
}
