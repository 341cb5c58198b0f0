import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { HostrollError } from '../../terms.ts';
import type { BatchFile } from './batch-file.ts';

const count = z.number().int().min(0);

/** What is taken from `batch.json`; other members may come and go. */
const Shape = z.looseObject({
  batch: z.string().min(1),
  created_at: z.string(),
  version: z.string(),
  manifest: z.looseObject({
    path: z.string(),
    sha256: z.string(),
    rows: count,
    format: z.enum(['csv', 'jsonl']),
    header: z.array(z.string()).optional(),
  }),
  zones: z.array(z.string()),
  lanes: z.array(z.looseObject({ name: z.string(), zones: z.array(z.string()) })).min(1),
});

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
  const parsed = Shape.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data as unknown as BatchFile;
  const issue = parsed.error.issues[0];
  throw damaged(path, issue === undefined ? 'not valid' : `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

/** The error for a file of a batch folder that does not hold what hostroll wrote. */
export const damaged = (path: string, what: string, cause?: unknown): HostrollError =>
  new HostrollError(
    'BATCH_DAMAGED',
    `${path} is damaged (${what}); no report can be trusted: restore the file from a copy, and do not resume the batch.`,
    { cause },
  );

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
