import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeCertificate } from '../../src/sandbox/make-certificate.ts';
import { FAST, type Workspace, workspaceWith } from '../support/workspace.ts';

const names = ['shop.acme-store.net', 'www.acme-store.net', 'pay.acme-store.net'];
const root = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const [good, ended] = [
  makeCertificate({ hosts: names, signer: root }),
  makeCertificate({ hosts: names, signer: root, days: -1, fromDays: -9 }),
];
/** A piece of a key that no output may hold. */
const PLANTED = good.key.split('\n')[1] ?? '';

const rows = (bundle: string) => `hostname,bundle\n${names.map((name) => `${name},${bundle}\n`).join('')}`;

async function workspaceWithPairs(): Promise<Workspace> {
  const workspace = await workspaceWith({ hostnames: names.map((hostname) => ({ hostname, ssl: {} })) });
  await mkdir(join(workspace.folder, 'certs'));
  await workspace.file('certs/good.pem', good.certificate);
  await workspace.file('certs/ended.pem', ended.certificate);
  await workspace.file('certs/good.key', good.key);
  return workspace;
}

const clean = ({ stdout, stderr }: { stdout: string; stderr: string }) => {
  expect(stdout + stderr).not.toContain(PLANTED);
  expect(stderr).not.toMatch(/\n\s+at /);
};

it.each<[string, string, string, string[], string[]]>([
  [
    'a declared bundle that has ended, once for all its rows',
    'm.csv',
    rows('acme'),
    ['--bundle', 'acme=certs/ended.pem:certs/good.key'],
    [
      'm.csv:2:bundle (row 1): ',
      'certs/ended.pem: The certificate expired',
      '(3 rows use bundle "acme".)',
      'good.key: The key',
    ],
  ],
  ['a bundle that nobody declared', 'm.csv', rows('acme'), [], ['There is no bundle "acme"', '--bundle']],
  [
    'a hostname that the certificate is not for',
    'm.csv',
    'hostname,bundle\nacme-store.net,acme\n',
    ['--bundle', 'acme=certs/good.pem:certs/good.key'],
    ['m.csv:2:bundle (row 1)', 'is not for acme-store.net'],
  ],
  [
    'a file outside of the folder',
    'm.csv',
    'hostname,ssl.custom_certificate_file,ssl.custom_key_file\nshop.acme-store.net,/etc/hostname,certs/good.key\n',
    [],
    ['m.csv:2:ssl.custom_certificate_file (row 1)', '--bundle-root'],
  ],
  [
    'a key that is not beside its certificate',
    'm.jsonl',
    `${JSON.stringify({ hostname: names[0], ssl: { custom_key: good.key } })}\n`,
    [],
    ['m.jsonl:1:ssl.custom_certificate_file (row 1)'],
  ],
  [
    'PEM in a CSV column',
    'm.csv',
    `hostname,ssl.custom_key\nshop.acme-store.net,"${good.key}"\n`,
    [],
    ['m.csv:1:ssl.custom_key', 'name a bundle or the files'],
  ],
  [
    'a command that fails, without what it says',
    'm.csv',
    rows('acme'),
    ['--bundle', `acme=exec:sh -c "cat certs/good.key >&2; exit 9"`],
    ['bundle "acme" (sh): The command ended with exit code 9'],
  ],
])('refuses %s, and sends nothing', async (_, name, content, flags, said) => {
  const workspace = await workspaceWithPairs();
  await workspace.file(name, content);
  const ran = await workspace.run(['plan', name, ...FAST, ...flags]);
  expect(ran.code).toBe(64);
  for (const words of said) expect(ran.stderr).toContain(words);
  clean(ran);
  expect(workspace.api.judge().calls.all).toBe(0);
  expect(workspace.batches()).toEqual([]);
});

it('rejects the rows of a bad bundle alone where that is asked for', async () => {
  const workspace = await workspaceWithPairs();
  const both = `hostname,bundle,ssl.method\nshop.acme-store.net,acme,\nwww.acme-store.net,,txt\n`;
  await workspace.file('m.csv', both);
  const bundle = ['--bundle', 'acme=certs/ended.pem:certs/good.key'];
  const ran = await workspace.run([
    'apply',
    'm.csv',
    ...FAST,
    ...bundle,
    '--skip-invalid',
    '--force',
    'rejected',
    '--yes',
    '--wait',
    '0',
  ]);
  clean(ran);
  expect([ran.code, workspace.report().counts]).toMatchObject([2, { edited: 1, rejected: 1 }]);
  expect(workspace.batchFile('failed.csv')).toMatch(/shop\.acme-store\.net,acme,,CERTIFICATE_EXPIRED/);
});

it('never writes out a key that stood in a row, and refuses the row when it comes back', async () => {
  const workspace = await workspaceWithPairs();
  const row = { hostname: names[0], ssl: { custom_certificate: ended.certificate, custom_key: good.key } };
  await workspace.file(
    'm.jsonl',
    `${JSON.stringify(row)}\n${JSON.stringify({ hostname: names[1], ssl: { method: 'txt' } })}\n`,
  );
  const ran = await workspace.run([
    'apply',
    'm.jsonl',
    ...FAST,
    '--skip-invalid',
    '--force',
    'rejected',
    '--yes',
    '--wait',
    '0',
  ]);
  clean(ran);
  expect(ran.stdout).toContain('warning CERTIFICATE_INLINE: 1 row holds PEM text');
  for (const file of ['plan.jsonl', 'ledger.jsonl', 'failed.csv', 'report.json', 'batch.json']) {
    expect(workspace.batchFile(file)).not.toContain(PLANTED);
  }
  expect(workspace.batchFile('failed.csv')).toContain('<withheld>');
});

it('hands no certificate over to a coordinator', async () => {
  const workspace = await workspaceWithPairs();
  await workspace.file('m.csv', rows('acme'));
  const ran = await workspace.run(['submit', 'm.csv', '--queue', 'redis://127.0.0.1:1']);
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain('their keys would leave this machine');
});
