import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { jsonOf, readJsonLines } from '../../disk/json-lines.ts';
import { replaceFile } from '../../disk/replace-file.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import * as z from '../../json/zod.ts';
import { FileProblem } from '../../manifest/problem.ts';
import { unpack } from '../../manifest/source-bytes.ts';
import { HostrollError, ZONE_ID, type ZoneId } from '../../terms.ts';

/** The first line of a snapshot file. */
export interface SnapshotHeader {
  /** Of this file's format. */
  hostroll_snapshot: 1;
  zone_id: ZoneId;
  /** Absent where the zone was named by its id alone. */
  zone_name?: string;
  /** As the API names it; absent where the credential could not see it. */
  zone_plan?: string;
  /** ISO 8601. */
  taken_at: string;
  /** The conditions that its hostnames meet; absent where it has the whole zone. */
  where?: string[];
  /** Lines that follow. */
  hostnames: number;
  /** Where it was read from. */
  base_url: string;
  /** The version of hostroll that read it. */
  version: string;
}

/** One zone as it was once: a header, then its hostnames one at a time. */
export interface SnapshotFile {
  path: string;
  header: SnapshotHeader;
  /** Throws `SNAPSHOT_BROKEN` at a line that is no hostname, and at the end where the file was cut off. */
  hostnames(): AsyncGenerator<LiveHostname>;
}

const zoneId = z.string().regex(ZONE_ID);
const HEADER = z.looseObject({
  hostroll_snapshot: z.literal(1),
  zone_id: zoneId,
  zone_name: z.string().optional(),
  zone_plan: z.string().optional(),
  taken_at: z.iso.datetime(),
  where: z.array(z.string()).optional(),
  hostnames: z.int().min(0),
  base_url: z.string(),
  version: z.string(),
});

const text = z.string().optional();
const object = z.record(z.string(), z.unknown()).optional();

/** What must be right of a line for the rest of it to be of use; members of later versions pass. */
const HOSTNAME = z.looseObject({
  id: z.string().min(1),
  zone_id: zoneId,
  hostname: z.string().min(1),
  status: z.string(),
  created_at: z.iso.datetime({ offset: true }).optional(),
  custom_metadata: object,
  custom_origin_server: text,
  custom_origin_sni: text,
  ssl: z
    .looseObject({
      status: z.string(),
      method: text,
      certificate_authority: text,
      bundle_method: text,
      wildcard: z.boolean().optional(),
      uploaded: z.boolean().optional(),
      settings: object,
      validation_records: z.array(object).optional(),
      validation_errors: z.array(z.string()).optional(),
    })
    .optional(),
});

/** Characters gathered before a write. */
const WRITE_CHUNK = 1 << 18;

/**
 * Writes a snapshot file, private to its owner, whole or not at all; gzip where its name ends in `.gz`. `linesPath` is a
 * JSONL file of `LiveHostname`, which carry no secret.
 */
export async function writeSnapshotFile(path: string, header: SnapshotHeader, linesPath: string): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    let piece = `${JSON.stringify(header)}\n`;
    for await (const { value } of readJsonLines<LiveHostname>(linesPath)) {
      piece += `${JSON.stringify(value)}\n`;
      if (piece.length < WRITE_CHUNK) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  }
  await replaceFile(path, async (file) => {
    const writeAll = async (pieces: AsyncIterable<string | Buffer>) => {
      for await (const piece of pieces) await file.writeFile(piece);
    };
    if (path.endsWith('.gz')) await pipeline(lines(), createGzip(), writeAll);
    else await writeAll(lines());
  });
}

/** Opens a snapshot file, plain or gzip. Throws `SNAPSHOT_MISSING`, or `SNAPSHOT_BROKEN` where it does not begin as one. */
export async function openSnapshotFile(path: string): Promise<SnapshotFile> {
  for await (const line of linesOf(path)) {
    const header = HEADER.safeParse(jsonOf(line));
    if (!header.success) {
      throw new HostrollError(
        'SNAPSHOT_BROKEN',
        `${path} is not a snapshot: its first line is not the header that "hostroll snapshot" writes.`,
      );
    }
    const known = header.data as unknown as SnapshotHeader;
    return { path, header: known, hostnames: () => hostnamesOf(path, known) };
  }
  throw new HostrollError('SNAPSHOT_BROKEN', `${path} is empty; take the snapshot again.`);
}

async function* hostnamesOf(path: string, { hostnames, zone_id }: SnapshotHeader): AsyncGenerator<LiveHostname> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (number === 1) continue;
    const parsed = HOSTNAME.safeParse(jsonOf(line));
    const problem = parsed.error?.issues[0];
    if (!parsed.success || parsed.data.zone_id !== zone_id) {
      const what = parsed.success
        ? 'it is of another zone'
        : `${problem?.path.join('.') || 'line'}: ${problem?.message}`;
      throw new HostrollError('SNAPSHOT_BROKEN', `Line ${number} of ${path} is no hostname of the snapshot (${what}).`);
    }
    yield parsed.data as unknown as LiveHostname;
  }
  if (number - 1 === hostnames) return;
  throw new HostrollError(
    'SNAPSHOT_BROKEN',
    `${path} holds ${number - 1} hostnames, its first line says ${hostnames}: the file was cut off or edited; take it again.`,
  );
}

/** Lines of a text file, plain or gzip, without their ends; one at a time, whatever the file's size. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of unpack(createReadStream(path), Number.POSITIVE_INFINITY)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    if (cause instanceof FileProblem)
      throw new HostrollError('SNAPSHOT_BROKEN', `${path}: ${cause.message}.`, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof HostrollError) throw cause;
    const why = code === 'ENOENT' ? 'There is no snapshot' : `(${code}) Cannot read the snapshot`;
    throw new HostrollError('SNAPSHOT_MISSING', `${why} ${path}; "hostroll snapshot" takes one.`, { cause });
  }
  if (rest !== '') yield rest;
}
