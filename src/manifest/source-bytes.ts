import type { Hash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HostrollError } from '../terms.ts';
import { FileProblem } from './problem.ts';

export type Bytes = AsyncIterable<Uint8Array>;

/** RFC 1952, section 2.3.1. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EACCES: 'the file may not be read by this user',
  EPERM: 'the file may not be read by this user',
  EISDIR: 'this is a folder, not a file',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';

/** The bytes as given, fed to `digest` on their way. Throws `FileProblem` where the source fails. */
export async function* readSource(bytes: Bytes, digest: Hash): AsyncGenerator<Buffer> {
  const source = bytes[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const next = await source.next().catch((error: unknown) => {
        finished = true;
        if (error instanceof HostrollError) throw error;
        const code = codeOf(error);
        throw new FileProblem('MANIFEST_UNREADABLE', READ_FAULTS[code] ?? `reading failed (${code})`);
      });
      finished = next.done === true;
      if (next.done) return;
      digest.update(next.value);
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } finally {
    if (!finished) await source.return?.();
  }
}

/**
 * Looks at the head of a stream without losing it: `head` is at least `enough(head)` bytes or all there is, and `rest`
 * begins with it. Where the chunks were cut makes no difference to `enough`, which is asked until it says true.
 */
export async function peek(bytes: Bytes, enough: (head: Buffer) => boolean): Promise<{ head: Buffer; rest: Bytes }> {
  const source = bytes[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (!ended && !enough(head)) {
    const next = await source.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      while (!ended) {
        const next = await source.next();
        if (next.done) ended = true;
        else yield next.value;
      }
    } finally {
      if (!ended) await source.return?.();
    }
  }
  return { head, rest: rest() };
}

/** Manifests pack to a twentieth at best, gzip to a thousandth: what unpacks to more than this is made to fill a disk. */
const MOST_RATIO = 100;
const FREE_BYTES = 4 * 1024 * 1024;

const tooLarge = (most: number): FileProblem =>
  new FileProblem(
    'MANIFEST_TOO_LARGE',
    `it unpacks to more than ${Math.floor(most / 1024 / 1024)} MiB; if that is meant, say so with --max-manifest <MiB>`,
  );

async function* withinPlain(bytes: Bytes, maxBytes = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

/**
 * The bytes unpacked, to `maxBytes` at most; where that is not given, gzip may unpack to a hundred times its size. Throws
 * `FileProblem`. Packed are those whose first two bytes are gzip's, whatever the file's name.
 */
export async function* unpack(bytes: Bytes, maxBytes?: number): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(bytes, (each) => each.length >= GZIP_MAGIC.length);
  if (!GZIP_MAGIC.every((byte, at) => head[at] === byte)) return yield* withinPlain(rest, maxBytes);
  const gunzip = createGunzip();
  let packed = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of rest) {
      packed += chunk.length;
      yield chunk;
    }
  }
  // Errors of the source and of unpacking both arrive at the loop below.
  pipeline(counted(), gunzip, () => {});
  let size = 0;
  try {
    for await (const chunk of gunzip) {
      size += chunk.length;
      const most = maxBytes ?? Math.max(FREE_BYTES, packed * MOST_RATIO);
      if (size > most) throw tooLarge(most);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof FileProblem || error instanceof HostrollError) throw error;
    const cut = codeOf(error) === 'Z_BUF_ERROR';
    const what = cut ? 'the gzip data ends too early; the file was cut off' : 'the gzip data is damaged';
    throw new FileProblem('MANIFEST_GZIP_BROKEN', `${what}; make the file again`);
  }
}
