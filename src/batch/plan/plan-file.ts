import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { jsonOf, readJsonLines } from '../../disk/json-lines.ts';
import { LineChain } from '../../disk/line-chain.ts';
import { replaceFile } from '../../disk/replace-file.ts';
import * as z from '../../json/zod.ts';
import { HOUR, HostrollError, type JsonObject } from '../../terms.ts';
import { formatDuration } from '../../text/format-time.ts';
import { BATCH_FILE, type BatchFile } from '../ledger/batch-file.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** How a plan file begins, which no manifest does. */
const BEGINNING = '{"hostroll_plan":1,';

/** The first line of a plan file; the rows of the plan follow as in `plan.jsonl`. */
const HEADER = z.object({
  hostroll_plan: z.literal(1),
  holds: z.string(),
  /** The flags that make a plan what it is. */
  flags: z.record(z.string(), z.json()),
  batch: BATCH_FILE,
});

const HOLDS =
  'No credential and no private key. Hostnames, what their rows change and what they held before are in it, metadata too.';

/** A plan that was written down to be looked at, and to be applied as it is. */
export interface PlanFile {
  path: string;
  flags: JsonObject;
  batch: BatchFile;
  /** What it is called in a review: changes with every byte of it. */
  id: string;
  rows(): AsyncGenerator<PlanRow>;
}

/** The age at which a plan is not applied any more, in milliseconds. */
export const DEFAULT_MAX_AGE_MS = 24 * HOUR;

/** Writes the plan of a batch, whose `batch.json` and `plan.jsonl` are there, to `path`, private to its owner. Resolves with its id. */
export async function writePlanFile(
  path: string,
  { batch, planPath, flags }: { batch: BatchFile; planPath: string; flags: JsonObject },
): Promise<string> {
  const header = JSON.stringify({ hostroll_plan: 1, holds: HOLDS, flags, batch });
  await replaceFile(path, async (file) => {
    await file.write(`${new LineChain('').link(header)}\n`);
    for await (const chunk of createReadStream(planPath)) await file.writeFile(chunk);
  });
  return idOf(new LineChain('').link(header));
}

/** Whether the file at `path` begins as a plan file does. */
export async function isPlanFile(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    // Reading from a pipe or a folder takes something away, or waits.
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING.length), 0, BEGINNING.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === BEGINNING;
  } finally {
    await file.close();
  }
}

const damagedFile = (path: string): HostrollError =>
  new HostrollError(
    'PLAN_DAMAGED',
    `${path} is not as it was written: nothing of it is applied; plan again, and have that reviewed.`,
  );

/** Reads a plan file, every byte of it. Throws `PLAN_DAMAGED` where it was touched. */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const digest = createHash('sha256');
  let head = Buffer.alloc(0);
  let start = -1;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (start === -1) {
      head = Buffer.concat([head, chunk]);
      start = head.indexOf('\n') + 1 || -1;
      if (start !== -1) digest.update(head.subarray(start));
    } else digest.update(chunk);
  }
  const line = head.toString('utf8', 0, Math.max(0, start - 1));
  const header = HEADER.safeParse(jsonOf(line)).data;
  const isWhole = header !== undefined && new LineChain('').follows(line);
  if (!isWhole || header.batch.plan.sha256 !== digest.digest('hex')) throw damagedFile(path);
  const { flags, batch } = header;
  return {
    path,
    flags: flags as JsonObject,
    batch,
    id: idOf(line),
    async *rows() {
      for await (const { value } of readJsonLines<PlanRow>(path, start)) yield value;
    },
  };
}

/** Of its first line, which has the checksum of the others. */
const idOf = (line: string): string => hash('sha256', line).slice(0, 16);

/**
 * Makes sure that a plan is applied as it was reviewed, as far as that can be told before its manifest is read. Throws
 * `PLAN_STALE`, and `BASE_URL_CHANGED`.
 */
export function checkReviewed(
  { path, batch }: PlanFile,
  { version, baseUrl, now, maxAgeMs }: { version: string; baseUrl: string; now: number; maxAgeMs: number },
): void {
  const again = 'plan again, and have that reviewed.';
  if (batch.base_url !== baseUrl) {
    throw new HostrollError(
      'BASE_URL_CHANGED',
      `${path} was planned against ${batch.base_url}, but CLOUDFLARE_BASE_URL is ${baseUrl}; set it to the former.`,
    );
  }
  if (batch.version !== version) {
    throw new HostrollError('PLAN_STALE', `${path} is of hostroll ${batch.version}, and this is ${version}; ${again}`);
  }
  const ageMs = now - Date.parse(batch.read_at ?? batch.created_at);
  if (ageMs <= maxAgeMs) return;
  throw new HostrollError(
    'PLAN_STALE',
    `${path} is ${formatDuration(ageMs)} old, more than the ${formatDuration(maxAgeMs)} of --max-age; ${again}`,
  );
}
