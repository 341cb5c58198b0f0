import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wayBack } from '../../src/coordinator/way-back.ts';
import { makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { tempFolder } from '../support/temp-folder.ts';

it('says before a rollout which files it would take to go back, and leaves out what Cloudflare issues again', async () => {
  const [folder, plan] = [await tempFolder(), join(await tempFolder(), 'plan.jsonl')];
  const old = makeCertificate({ hosts: ['shop.acme-store.net'], signer: makeCertificate({ hosts: ['Root'] }) });
  const fingerprint_sha256 = new X509Certificate(old.certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  const rows = [
    { undo: 'needs_bundle', before: { ssl: { certificates: [{ fingerprint_sha256 }] } } },
    { undo: 'needs_bundle', before: { ssl: { certificates: [{ fingerprint_sha256 }] } } },
    { undo: 'needs_dcv', before: { ssl: { certificates: [{ fingerprint_sha256: 'managed' }] } } },
  ];
  await writeFile(plan, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  expect(await wayBack(plan, folder)).toEqual([
    expect.stringMatching(`are not in .*; keep those of sha256 ${fingerprint_sha256}\\.$`),
  ]);
  expect(await wayBack(plan, undefined)).toEqual([expect.stringContaining('--bundle-folder')]);
  await writeFile(join(folder, 'old.pem'), old.certificate + old.key, { mode: 0o600 });
  expect(await wayBack(plan, folder)).toEqual([]);
});
