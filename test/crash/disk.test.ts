import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const ROWS = 200;
const names = Array.from({ length: ROWS }, (_, at) => `shop-${at + 1}.acme-store.net`);

/** A workspace with a manifest, and a simulator that is slow enough to be caught in mid-run. */
async function ready(): Promise<Workspace> {
  const space = await workspaceWith({ hostnames: names.map((hostname) => ({ hostname, ssl: {} })) });
  await space.file('m.csv', `hostname,custom_metadata.tier\n${names.join(',gold\n')},gold\n`);
  return space;
}

const APPLY = ['apply', 'm.csv', '--quota', '15000/300', '--wait', '0', '--yes'];

/** Puts a file system of its own, of this many MiB, where the state folder will be. Needs the right to mount. */
function mountState(folder: string, size: number): string {
  const state = join(folder, '.hostroll');
  mkdirSync(state, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', state], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['-l', state]));
  return state;
}

const mayMount = ((): boolean => {
  const probe = mkdtempSync(join(tmpdir(), 'hostroll-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'pipe' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(probe);
  }
})();

/** Leaves not a byte free beside it. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (const size of [1 << 16, 1 << 9]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch {
      // Full, to that size.
    }
  }
  closeSync(file);
}

it.runIf(mayMount)(
  'a disk that fills up in mid-run ends the batch in one sentence, and it goes on once there is room',
  async () => {
    const space = await ready();
    const state = mountState(space.folder, 64);
    const applying = space.start(APPLY);
    await until(() => outcomesOf(space) > 50, '50 outcomes');
    fill(join(state, 'filler'));
    const { code, stderr } = await applying.finished;
    expect(code).toBe(74);
    const said = stderr.split('\n').filter((line) => line.startsWith('hostroll: '));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^hostroll: The disk is full: .*\.hostroll\/.* "hostroll resume [\w-]+" goes on, and reads first/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    rmSync(join(state, 'filler'));
    expect((await space.start(['resume', 'latest', '--quota', '60000/300']).finished).code).toBe(0);
    const { applied, unread_repeats } = space.api.judge();
    expect(applied.size).toBe(ROWS);
    expect(unread_repeats).toEqual([]);
  },
);

it.runIf(mayMount)(
  'a disk that is full from the start takes no batch, and says which file it would not take',
  async () => {
    const space = await ready();
    fill(join(mountState(space.folder, 1), 'filler'));
    const { code, stderr } = await space.start(APPLY).finished;
    expect(code).toBe(74);
    expect(stderr).toMatch(
      /^hostroll: The disk is full: .*\.hostroll\/.* cannot be written; make room and try again\. \[DISK_FULL\]$/m,
    );
    expect(space.api.judge().applied.size).toBe(0);
  },
);

it('a batch whose state folder is moved away in mid-run sends nothing more, and ends in one sentence', async () => {
  const space = await ready();
  const applying = space.start(APPLY);
  await until(() => outcomesOf(space) > 50, '50 outcomes');
  await rename(join(space.folder, '.hostroll'), join(space.folder, 'elsewhere'));
  const { code, stderr } = await applying.finished;
  expect(code).toBe(74);
  // Ledger or queue, whichever is written first.
  expect(stderr).toMatch(/^hostroll: .*(ledger\.jsonl is gone|pgdata cannot be used).* goes on, and reads first/m);
  expect(space.api.judge().applied.size).toBeLessThan(ROWS);
});
