import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Global set-up: a folder for what servers of all tests of this run can begin with a copy of. Gone when the run is over. */
export default async function templates(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-templates-'));
  process.env.HOSTROLL_TEST_TEMPLATES = folder;
  return () => rm(folder, { recursive: true, force: true });
}
