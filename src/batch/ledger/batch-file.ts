import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonOf } from '../../disk/json-lines.ts';
import * as z from '../../json/zod.ts';
import { PRIORITIES } from '../../lane/priority.ts';
import {
  type BatchId,
  DECISIONS,
  EFFECTS,
  HOUR,
  HostrollError,
  type JsonObject,
  ZONE_ID,
  type ZoneId,
} from '../../terms.ts';
import { OPERATOR } from '../control/operator.ts';
import { ROLLOUT } from './rollout.ts';

const count = z.number().int().min(0);
const instant = z.iso.datetime({ offset: true });
const zoneId = z.string().regex(ZONE_ID, 'not the id of a zone') as unknown as z.ZodType<ZoneId>;
const batchId = z.string().min(1) as unknown as z.ZodType<BatchId>;

const jsonObject = z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>;

/** Longest settling: beyond a week nothing is waited for that a later sweep would not find. */
export const LONGEST_WAIT_MS = 7 * 24 * HOUR;

/** A credential of a batch: its name, never itself. */
const LANE = z.looseObject({
  name: z.string(),
  zones: z.array(zoneId),
  /** Declared quota: `calls` per `window_seconds`; `share` of it is this lane's budget, 0 to 1. */
  quota: z.looseObject({ calls: z.number().positive(), window_seconds: z.number().positive() }),
  share: z.number().positive().max(1),
});

/** Where a run ends by itself, whatever is left of its plan. */
const LIMITS = z.looseObject({
  /** Most calls of the batch, planning included. */
  calls: count.optional(),
  until: instant.optional(),
});

/** `batch.json`: what was asked, written once when the plan is complete. Holds no secret. Further members may come. */
export const BATCH_FILE = z.looseObject({
  batch: batchId,
  /** Where its rows come from; absent: a manifest. */
  kind: z.literal('sweep').optional(),
  created_at: instant,
  /** When its zones began to be read, for rows are made of that; of plans of earlier versions absent. */
  read_at: instant.optional(),
  /** hostroll's own version. */
  version: z.string(),
  /** Who planned it, from where, and the options as given; URLs and commands left out. Of earlier versions absent. */
  by: OPERATOR.optional(),
  options: jsonObject.optional(),
  /** The batch that its rows come from, and why: they did not succeed there, or are to be as they were before it. */
  follows: z.object({ batch: batchId, as: z.enum(['retry', 'undo']) }).optional(),
  /** Of a sweep, which has none, the manifest that its rows would make. */
  manifest: z.looseObject({
    /** As given on the command line; `-` for standard input. */
    path: z.string(),
    sha256: z.string(),
    rows: count,
    format: z.enum(['csv', 'jsonl']),
    header: z.array(z.string()).optional(),
    /** Columns of the operator's own, which travel with the rows. */
    notes: z.array(z.string()).optional(),
  }),
  zones: z.array(zoneId),
  /** How many custom hostnames its zones had, and may have, when it was planned; as far as the API told. */
  quotas: z.array(z.looseObject({ zone_id: zoneId, name: z.string(), allocated: count, used: count })).optional(),
  /** The lanes that its zones belong to. */
  lanes: z.array(LANE).min(1),
  base_url: z.string(),
  /** How long settling may take. */
  wait_ms: z.number().min(0),
  wait_strict: z.boolean(),
  /** In which parts it is sent, and when it is not to go on; of batches of earlier versions absent. */
  rollout: ROLLOUT.optional(),
  /** Which batches its calls go before; normal where it is absent. */
  priority: z.enum(PRIORITIES).optional(),
  /** Rows that it leaves over are skipped with SWEEP_CARRIED_OVER. */
  limits: LIMITS.optional(),
  /** What a sweep was asked, and what it saw and left out. */
  sweep: z
    .looseObject({
      /** As given, by the long names of the flags. */
      options: jsonObject,
      /** Hostnames read and not selected, by code. */
      not_selected: z.record(z.string(), count),
      /** Of the rows, those that an earlier sweep carried over. */
      carried_over: count,
    })
    .optional(),
  plan: z.looseObject({
    /** Of `plan.jsonl`; absent in batches of earlier versions. */
    sha256: z.string().optional(),
    decisions: z.partialRecord(z.enum(DECISIONS), count),
    effects: z.partialRecord(z.enum(EFFECTS), count),
  }),
});

export type BatchFile = z.infer<typeof BATCH_FILE>;
export type BatchFileLane = z.infer<typeof LANE>;
export type BatchLimits = z.infer<typeof LIMITS>;

/**
 * Reads `batch.json` of a batch folder. Throws `BATCH_NOT_FOUND` where there is none (the folder is no batch, or its
 * plan was never completed), `BATCH_DAMAGED` where it does not hold what it should.
 */
export async function readBatchFile(folder: string): Promise<BatchFile> {
  const path = join(folder, 'batch.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new HostrollError(
      'BATCH_NOT_FOUND',
      `${folder} holds no batch.json: it is not the folder of a batch, or its plan was never completed; check the batch id.`,
      { cause },
    );
  }
  // Compiling the check takes longer than the one check.
  const parsed = BATCH_FILE.safeParse(jsonOf(text), { jitless: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(path, issue === undefined ? 'not valid' : `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

/** As `readBatchFile`; undefined where there is no plan, or none yet. Throws `BATCH_DAMAGED`. */
export const readPlannedFile = (folder: string): Promise<BatchFile | undefined> =>
  readBatchFile(folder).catch((error: unknown) => {
    if (error instanceof HostrollError && error.code === 'BATCH_NOT_FOUND') return undefined;
    throw error;
  });

/** The error for a file of a batch folder that does not hold what hostroll wrote. */
export const damaged = (path: string, what: string, cause?: unknown): HostrollError =>
  new HostrollError(
    'BATCH_DAMAGED',
    `${path} is damaged (${what}); no report can be trusted: restore the file from a copy, and do not resume the batch.`,
    { cause },
  );
