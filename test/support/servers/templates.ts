import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variable that names it. */
export const TEMPLATES = 'HOSTROLL_TEST_TEMPLATES';

/** Global set-up: a folder for what servers of all tests of this run can begin with a copy of. Gone when the run is over. */
export default async function templates(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-templates-'));
  process.env[TEMPLATES] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
