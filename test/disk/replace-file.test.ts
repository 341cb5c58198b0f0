import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile, replaceFileText } from '../../src/disk/replace-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('replacing a file', () => {
  it('puts the new content in place, private to its owner, and leaves nothing else', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'report.json');
    await writeFile(path, 'old', { mode: 0o644 });
    await replaceFileText(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('keeps the old content, and leaves nothing else, when the writing fails half way', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'report.json');
    await writeFile(path, 'old');
    const failing = replaceFile(path, async (file) => {
      await file.writeFile('half of the new');
      throw new Error('the ledger could not be read');
    });
    await expect(failing).rejects.toThrow('the ledger could not be read');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('shows a reader the old content until the new is whole', async () => {
    const path = join(await tempFolder(), 'report.json');
    await writeFile(path, 'old');
    const seen: string[] = [];
    await replaceFile(path, async (file) => {
      for (const part of ['first', 'second']) {
        await file.write(part);
        seen.push(await readFile(path, 'utf8'));
      }
    });
    expect(seen).toEqual(['old', 'old']);
    expect(await readFile(path, 'utf8')).toBe('firstsecond');
  });

  it('leaves nothing behind where the new file may not take the place of the old', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'report.json', 'in the way'), { recursive: true });
    await expect(replaceFileText(join(folder, 'report.json'), 'new')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['report.json']);
  });

  it('by two at once ends with one of them whole', async () => {
    const path = join(await tempFolder(), 'report.json');
    const [a, b] = ['a'.repeat(5_000_000), 'b'.repeat(3_000_000)];
    await Promise.all([replaceFileText(path, a), replaceFileText(path, b)]);
    expect([a, b]).toContain(await readFile(path, 'utf8'));
  });

  it('says so when the folder is not there', async () => {
    await expect(replaceFileText(join(await tempFolder(), 'no', 'such'), 'text')).rejects.toMatchObject({
      code: 'DISK_REFUSED',
    });
  });
});
