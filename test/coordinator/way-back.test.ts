import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PlannedBundle } from '../../src/batch/plan/bundle-tally.ts';
import { wayBack } from '../../src/coordinator/way-back.ts';
import { makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { tempFolder } from '../support/temp-folder.ts';

it('says before a rollout which files it would take to go back', async () => {
  const folder = await tempFolder();
  const old = makeCertificate({ hosts: ['shop.acme-store.net'], signer: makeCertificate({ hosts: ['Root'] }) });
  const fingerprint_sha256 = new X509Certificate(old.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  const bundles = [
    { replaces: [{ certificates: [{ fingerprint_sha256 }], hostnames: 3 }] },
  ] as unknown as PlannedBundle[];
  expect(await wayBack({ bundles }, folder)).toEqual([expect.stringContaining(fingerprint_sha256)]);
  expect(await wayBack({ bundles }, undefined)).toEqual([expect.stringContaining('--bundle-folder')]);
  await writeFile(join(folder, 'old.pem'), old.certificate + old.key, { mode: 0o600 });
  expect(await wayBack({ bundles }, folder)).toEqual([]);
  expect(await wayBack({ bundles: [] }, folder)).toEqual([]);
});
