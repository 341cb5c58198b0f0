import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendLog } from '../../src/disk/append-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const linesOf = async (path: string): Promise<unknown[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('an append log', () => {
  it('keeps the order of the calls when many append at once', async () => {
    const path = join(await tempFolder(), 'log');
    const log = await AppendLog.open<number>(path);
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => log.append(2 * n, 2 * n + 1)));
    await log.close();
    expect(await linesOf(path)).toEqual(Array.from({ length: 4_000 }, (_, n) => n));
  });

  it('resolves only once the entry is in the file, also for one that came during another commit', async () => {
    const path = join(await tempFolder(), 'log');
    const log = await AppendLog.open<number>(path);
    const pending: Promise<void>[] = [];
    const seen: boolean[] = [];
    for (let n = 0; n < 50; n++) {
      pending.push(
        log.append(n).then(async () => {
          seen[n] = (await linesOf(path)).includes(n);
        }),
      );
      if (n % 7 === 0) await pending[n];
    }
    await Promise.all(pending);
    await log.close();
    expect(seen).toEqual(Array.from({ length: 50 }, () => true));
  });

  it('writes what was still waiting before it closes', async () => {
    const path = join(await tempFolder(), 'log');
    const log = await AppendLog.open<string>(path);
    const appended = log.append('a', 'b');
    await log.close();
    await appended;
    expect(await linesOf(path)).toEqual(['a', 'b']);
  });

  it('is private to its owner', async () => {
    const path = join(await tempFolder(), 'log');
    await (await AppendLog.open(path)).close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('goes on after whole lines, whatever a crash left behind them, and cuts nothing else', async () => {
    const folder = await tempFolder();
    let number = 0;
    const line = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('x'.repeat(70_000)));
    const tail = fc.oneof(fc.constant(''), fc.constant('{"torn": "é'), fc.constant('y'.repeat(200_000)));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), tail, async (before, torn) => {
        const path = join(folder, `log-${number++}`);
        await writeFile(path, before.map((text) => `${JSON.stringify(text)}\n`).join('') + torn);
        const log = await AppendLog.open<string>(path);
        await log.append('next');
        await log.close();
        expect(await linesOf(path)).toEqual([...before, 'next']);
      }),
      { numRuns: 60 },
    );
  });

  it('cuts a last line torn inside a character', async () => {
    const path = join(await tempFolder(), 'log');
    await writeFile(path, '"whole"\n');
    await appendFile(path, Buffer.from('"é').subarray(0, 2));
    const log = await AppendLog.open<string>(path);
    await log.append('next');
    await log.close();
    expect(await linesOf(path)).toEqual(['whole', 'next']);
  });

  // /dev/full refuses every write with ENOSPC, as a full disk does.
  it.runIf(process.platform === 'linux')(
    'tells every caller when the disk refuses, and accepts nothing more',
    async () => {
      const log = await AppendLog.open<number>('/dev/full');
      const first = log.append(1);
      const shared = [log.append(2), log.append(3)];
      const settled = await Promise.allSettled([first, ...shared]);
      expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      await expect(log.append(4)).rejects.toMatchObject({ code: 'DISK_FULL' });
      await expect(log.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
    },
  );

  it.each([
    ['its folder is removed', (folder: string) => rm(folder, { recursive: true }), 'DISK_REFUSED'],
    ['its folder is moved away', (folder: string) => rename(folder, `${folder}-away`), 'DISK_REFUSED'],
    [
      'its folder is replaced by a copy',
      async (folder: string) => {
        await rename(folder, `${folder}-away`);
        await mkdir(folder);
        await writeFile(join(folder, 'log'), '');
      },
      'FILE_REPLACED',
    ],
  ])('acknowledges nothing once %s, as nobody would find it', async (_, happens, code) => {
    const folder = join(await tempFolder(), 'batch');
    await mkdir(folder);
    const log = await AppendLog.open<string>(join(folder, 'log'));
    await log.append('kept');
    await happens(folder);
    await expect(log.append('lost')).rejects.toMatchObject({ code });
    await log.close().catch(() => {});
  });
});
