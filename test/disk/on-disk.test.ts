import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JsonLinesWriter } from '../../src/disk/json-lines.ts';
import { onDisk } from '../../src/disk/on-disk.ts';
import { makePrivateFolder } from '../../src/disk/private-folder.ts';
import { replaceFileText } from '../../src/disk/replace-file.ts';
import { HostrollError } from '../../src/terms.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('what the disk refuses', () => {
  it.runIf(process.platform === 'linux')('names the file of a writer where the disk is full', async () => {
    const writer = await JsonLinesWriter.create('/dev/full');
    writer.write({ row: 1 });
    await expect(writer.close()).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('/dev/full'),
    });
  });

  it('names the folder that cannot be made, where a part of its path is a file', async () => {
    const file = join(await tempFolder(), 'state');
    await replaceFileText(file, '');
    const message = expect.stringMatching(/state.* lies below something that is no folder \(ENOTDIR\)\.$/);
    await expect(makePrivateFolder(join(file, 'batches'))).rejects.toMatchObject({ code: 'DISK_REFUSED', message });
  });

  it('leaves other errors, and what is in words already, as they are', async () => {
    const told = new HostrollError('INTERRUPTED', 'The batch is stopping.');
    await expect(onDisk('f', () => Promise.reject(told))).rejects.toBe(told);
    const socket = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    await expect(onDisk('f', () => Promise.reject(socket))).rejects.toBe(socket);
    await expect(onDisk('f', () => readFile('/nowhere/f'))).rejects.toMatchObject({ code: 'DISK_REFUSED' });
  });

  it.runIf(process.platform === 'linux')('ends where no folder can be made, as below /proc', async () => {
    await expect(makePrivateFolder('/proc/self/state/batches')).rejects.toMatchObject({ code: 'DISK_REFUSED' });
  });

  it('makes missing parents, and leaves a folder that is there', async () => {
    const path = join(await tempFolder(), 'a', 'b');
    await makePrivateFolder(path);
    await makePrivateFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });
});
