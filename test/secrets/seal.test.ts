import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../src/certificate/bundle.ts';
import { seal, unseal } from '../../src/secrets/seal.ts';
import { parseSealKeys, sealKey } from '../../src/secrets/seal-key.ts';
import { SealKeyring } from '../../src/secrets/seal-keyring.ts';
import { openBundle, sealBundle } from '../../src/secrets/sealed-bundle.ts';
import type { BatchId } from '../../src/terms.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KEY = sealKey(Buffer.alloc(32, 7));
const OTHER = sealKey(Buffer.alloc(32, 8));
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const ring = (...keys: (typeof KEY)[]) => new SealKeyring({ keys, file: undefined, mayMake: false });

describe('a sealed value', () => {
  it('opens to what was sealed, with the same key and for the same place only', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (plain, place, elsewhere) => {
        const sealed = seal(plain, KEY, place);
        expect(unseal(sealed, KEY, place)).toEqual(plain);
        expect(unseal(sealed, OTHER, place)).toBeUndefined();
        if (elsewhere !== place) expect(unseal(sealed, KEY, elsewhere)).toBeUndefined();
      }),
    );
  });

  it('does not open when a single bit of it was changed', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.constantFrom('nonce', 'data'), (plain, bit, member) => {
        const sealed = seal(plain, KEY, 'here');
        const changed = Buffer.from(sealed[member as 'nonce' | 'data'], 'base64');
        const at = bit % (changed.length * 8);
        changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(unseal({ ...sealed, [member]: changed.toString('base64') }, KEY, 'here')).toBeUndefined();
      }),
    );
  });

  it('is another each time, and shows nothing of what is in it', () => {
    const plain = Buffer.from('-----BEGIN PRIVATE KEY-----');
    const [one, two] = [seal(plain, KEY, 'here'), seal(plain, KEY, 'here')];
    expect(one.data).not.toBe(two.data);
    expect(Buffer.from(one.data, 'base64').includes(plain)).toBe(false);
  });
});

describe('a sealed bundle', () => {
  const facts = {} as Bundle['pairs'][0]['facts'];
  const bundle: Bundle = { pairs: [{ certificate: 'CERT', key: 'KEY', facts }] };
  const at = { batch: '20260101-120000-abcd' as BatchId, id: 'a1' };

  it('opens for its own batch and id with any of the keys held, and in no other place', async () => {
    const sealed = await sealBundle(bundle, at, ring(KEY));
    expect(await openBundle(sealed, at, ring(OTHER, KEY))).toEqual([{ certificate: 'CERT', key: 'KEY' }]);
    for (const elsewhere of [
      { ...at, id: 'a2' },
      { ...at, batch: '20260101-120000-wxyz' as BatchId },
    ]) {
      await expect(openBundle(sealed, elsewhere, ring(KEY))).rejects.toMatchObject({ code: 'SEALED_BUNDLE_DAMAGED' });
    }
  });

  it('says which of its two troubles a process has: another key, or none', async () => {
    const sealed = await sealBundle(bundle, at, ring(KEY));
    await expect(openBundle(sealed, at, ring(OTHER))).rejects.toMatchObject({ code: 'SEAL_KEY_WRONG' });
    await expect(openBundle(sealed, at, ring())).rejects.toMatchObject({ code: 'SEAL_KEY_MISSING' });
  });
});

describe('sealing keys', () => {
  it('are 32 bytes in base64 or hex, the first of several seals', () => {
    const hex = '07'.repeat(32);
    const base64 = Buffer.alloc(32, 8).toString('base64');
    expect(parseSealKeys(`${hex},${base64}\n`)?.map(({ id }) => id)).toEqual([KEY.id, OTHER.id]);
    for (const bad of ['', 'secret', '07'.repeat(31), `${hex},x`]) expect(parseSealKeys(bad), bad).toBeUndefined();
  });

  it('are made on first use where that is allowed, once, for their owner alone', async () => {
    const file = join(await tempFolder(), 'state', 'seal.key');
    const source = { keys: undefined, file, mayMake: true };
    const made = await Promise.all(Array.from({ length: 5 }, () => new SealKeyring(source).sealing()));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).length).toBeLessThan(50);
  });

  it('are refused in one sentence where their file is missing, open to others, or holds something else', async () => {
    const file = join(await tempFolder(), 'seal.key');
    const reading = () => new SealKeyring({ keys: undefined, file, mayMake: false }).sealing();
    await expect(reading()).rejects.toMatchObject({ code: 'SEAL_KEY_MISSING' });
    await writeFile(file, 'not a key', { mode: 0o600 });
    await expect(reading()).rejects.toMatchObject({ code: 'SEAL_KEY_INVALID' });
    await writeFile(file, '07'.repeat(32));
    await chmod(file, 0o640);
    await expect(reading()).rejects.toMatchObject({
      code: 'SEAL_KEY_EXPOSED',
      message: expect.stringContaining('chmod 600'),
    });
    await chmod(file, 0o600);
    expect((await reading()).id).toBe(KEY.id);
  });
});
