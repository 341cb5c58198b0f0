import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lockHolder, takeProcessLock } from '../../src/disk/process-lock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/workspace.ts';
import { type LockProcess, lockProcesses } from './lock-process.ts';

const running: LockProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => child.kill('SIGKILL')));
});
const kept = (child: LockProcess): LockProcess => {
  running.push(child);
  return child;
};

const take = (path: string) => takeProcessLock(path, 'The queue', 'hostroll status');
const GONE_PID = 2 ** 22 + 1; // Above the largest pid that Linux gives out.

describe('a process lock', () => {
  it('names the process that holds it, and what to do', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const holder = kept((await lockProcesses(folder))(path, 'hostroll apply big.csv'));
    expect(await holder.say('take')).toBe('taken');
    await expect(take(path)).rejects.toMatchObject({
      code: 'LOCK_HELD',
      message: expect.stringMatching(
        new RegExp(
          `^The queue is in use by process ${holder.pid} \\(hostroll apply big\\.csv, since .*\\); wait for it`,
        ),
      ),
    });
    expect(await lockHolder(path)).toMatchObject({ pid: holder.pid, command: 'hostroll apply big.csv' });
  });

  it('is free again once released, and leaves nothing behind', async () => {
    const folder = await tempFolder();
    const lock = await take(join(folder, 'lock'));
    expect(await readdir(folder)).toEqual(['lock']);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await take(join(folder, 'lock'))).release();
  });

  it('is taken over after its holder was killed', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const holder = kept((await lockProcesses(folder))(path));
    await holder.say('take');
    await holder.kill('SIGKILL');
    expect(await lockHolder(path)).toBeUndefined();
    await take(path);
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
  });

  it.runIf(process.platform === 'linux')('is taken over where the pid was given to a later process', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const holder = kept((await lockProcesses(folder))(path));
    await holder.say('take');
    const text = await readFile(path, 'utf8');
    const { started } = JSON.parse(text) as { started: string };
    await writeFile(path, text.replace(started, String(Number(started) - 1)));
    await take(path);
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
  });

  it('of another host counts as held, and the message says which file to remove', async () => {
    const path = join(await tempFolder(), 'lock');
    const holder = { pid: GONE_PID, host: `not-${hostname()}`, command: 'hostroll apply', since: '2026-01-01' };
    await writeFile(path, JSON.stringify(holder));
    const message = expect.stringMatching(`on not-${hostname()} .*remove ${path} and try again`);
    await expect(take(path)).rejects.toMatchObject({ code: 'LOCK_HELD', message });
  });

  it.each([
    ['nothing', ''],
    ['half a line', '{"pid": 12, "ho'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a holder without host', '{"pid": 1}'],
    ['bytes', '\u0000\u0001'],
  ])('whose file holds %s is taken over: nobody can say who held it', async (_name, text) => {
    const path = join(await tempFolder(), 'lock');
    await writeFile(path, text);
    await take(path);
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
  });

  it('that somebody else took meanwhile is not released by the one before', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const before = await take(path);
    const later = { pid: process.pid, host: hostname(), command: 'hostroll apply', since: 'later' };
    await writeFile(path, JSON.stringify(later));
    await before.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(later);
  });

  it('goes to exactly one of 20 processes that want it at once, round after round', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const start = await lockProcesses(folder);
    const racers = Array.from({ length: 20 }, () => kept(start(path)));
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(racers.map((racer) => racer.say('take')));
      const winners = racers.filter((_racer, index) => answers[index] === 'taken');
      expect(winners).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'LOCK_HELD')).toHaveLength(19);
      for (const winner of winners) expect(await winner.say('release')).toBe('released');
    }
  });

  it('that a dead process left goes to exactly one of 20 processes that take it over at once', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'lock');
    const start = await lockProcesses(folder);
    const racers = Array.from({ length: 20 }, () => kept(start(path)));
    for (let round = 0; round < 10; round++) {
      const dead = { pid: GONE_PID, host: hostname(), command: 'hostroll apply', since: `round ${round}` };
      await writeFile(path, JSON.stringify(dead));
      const answers = await Promise.all(racers.map((racer) => racer.say('take')));
      const winners = racers.filter((_racer, index) => answers[index] === 'taken');
      expect(winners).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'LOCK_HELD')).toHaveLength(19);
      for (const winner of winners) await winner.say('release');
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('lock') && name !== 'lock-process.js')).toEqual([]);
  });

  it('goes to one of two that want it in the same process, and its release frees it', async () => {
    const folder = await tempFolder();
    const both = await Promise.allSettled([take(join(folder, 'lock')), take(join(folder, 'lock'))]);
    const won = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(won).toHaveLength(1);
    for (const lock of won) await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'is taken over from a zombie, which has ended and was not waited for',
    async () => {
      const path = join(await tempFolder(), 'lock');
      // The shell becomes a process that never asks after the child it was left with.
      const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
        await until(async () => (await readFile(`/proc/${Number(pid)}/stat`, 'utf8')).includes(') Z '), 'a zombie');
        await writeFile(path, JSON.stringify({ pid: Number(pid), host: hostname(), command: 'c', since: 'then' }));
        expect(await lockHolder(path)).toBeUndefined();
        await take(path);
        expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
      } finally {
        parent.kill('SIGKILL');
      }
    },
  );

  it('says so where the lock is a folder', async () => {
    const path = join(await tempFolder(), 'lock');
    await mkdir(path);
    const message = `${path} is a folder, where a file is needed (EISDIR).`;
    await expect(take(path)).rejects.toMatchObject({ code: 'DISK_REFUSED', message });
  });
});
