import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { jsonOf } from '../disk/json-lines.ts';
import { ACTORS } from '../hostname/actor.ts';
import * as z from '../json/zod.ts';
import { HostrollError } from '../terms.ts';

/** A line of what `hostroll dcv check --format jsonl` prints, as far as it is handed on. */
const FINDING = z.object({
  hostname: z.string().min(1),
  verdict: z.string(),
  who: z.enum(ACTORS),
  evidence: z.array(
    z.object({
      looked_at: z.string(),
      name: z.string(),
      expected: z.array(z.string()).optional(),
      found: z.array(z.string()).optional(),
      verdict: z.string(),
      note: z.string(),
    }),
  ),
  checked_at: z.string(),
});
export type GivenFinding = z.infer<typeof FINDING>;

/** Findings by hostname; of several for one the last counts. Throws `FINDINGS_MISSING`, `FINDINGS_BROKEN`. */
export async function readFindings(path: string): Promise<Map<string, GivenFinding>> {
  const findings = new Map<string, GivenFinding>();
  let number = 0;
  try {
    for await (const line of createInterface({
      input: createReadStream(path, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (line.trim() === '') continue;
      const finding = FINDING.safeParse(jsonOf(line));
      if (!finding.success) {
        throw new HostrollError(
          'FINDINGS_BROKEN',
          `Line ${number} of ${path} is no finding; give what "hostroll dcv check --format jsonl" printed.`,
        );
      }
      findings.set(finding.data.hostname, finding.data);
    }
    return findings;
  } catch (error) {
    if (error instanceof HostrollError) throw error;
    throw new HostrollError('FINDINGS_MISSING', `${path} cannot be read (${(error as Error).message}).`);
  }
}
