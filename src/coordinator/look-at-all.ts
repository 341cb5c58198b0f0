import { appendFile, readFile } from 'node:fs/promises';
import { isGood } from '../report/text/served-text.ts';
import type { Expected, Served, Verifier } from '../tls/verify.ts';
import { inOrder } from './in-order.ts';

/**
 * Looks at what hostnames serve, several side by side, and hands on what it finds in their order. `keep` is a file to which
 * each finding is added, and from which what an earlier run has proven is taken. Throws what the disk says.
 */
export async function* lookAtAll(
  expected: AsyncIterable<Expected>,
  verifier: Verifier,
  keep: string | undefined,
  interrupt: AbortSignal,
): AsyncGenerator<Served> {
  const known = keep === undefined ? new Map<string, Served>() : await proven(keep);
  const look = async (one: Expected): Promise<Served> => {
    const before = known.get(one.hostname);
    const fingerprints = one.certificates.flatMap(({ fingerprint_sha256 }) => fingerprint_sha256 ?? []);
    if (before !== undefined && before.expected.join() === fingerprints.join()) return before;
    const served = await verifier.look(one);
    if (keep !== undefined) await appendFile(keep, `${JSON.stringify(served)}\n`, { mode: 0o600 });
    return served;
  };
  yield* inOrder(expected, look, interrupt);
}

/** What an earlier run has proven, the last line about a hostname being the one that counts; a torn line says nothing. */
async function proven(path: string): Promise<Map<string, Served>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const found = new Map<string, Served>();
  for (const line of text.split('\n')) {
    try {
      const served = JSON.parse(line) as Served;
      if (isGood(served)) found.set(served.hostname, served);
      else found.delete(served.hostname);
    } catch {
      // The last line of a run that was killed.
    }
  }
  return found;
}
