import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { bundleFlags, makePair } from '../support/pair.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const names = ['shop-1.acme-store.net', 'shop-2.acme-store.net'];

it('proves by handshakes what a batch has brought, goes on where it was, and tells another certificate', async () => {
  const desk = await workspaceWith({
    ...{ hostnames: names.map((hostname) => ({ hostname, ssl: {} })), clock: { speed: 10_000 } },
    knobs: { uploads_show: 'nothing' },
  });
  await desk.file('m.csv', `hostname,bundle\n${names.map((name) => `${name},acme\n`).join('')}`);
  const [pair, old] = [makePair('*.acme-store.net'), makePair('*.acme-store.net')];
  const flags = await bundleFlags(desk, 'acme', pair);
  await desk.file('roots.pem', pair.roots);
  const serve = async ({ rsa, ec }: typeof pair) => {
    const edge = createServer({ cert: [rsa.certificate, ec.certificate], key: [rsa.key, ec.key] });
    edge.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    onTestFinished(() => void edge.close());
    await once(edge, 'listening');
    return ['--connect', `127.0.0.1:${(edge.address() as AddressInfo).port}`, '--trust', 'roots.pem'];
  };
  const [right, wrong] = [await serve(pair), await serve(old)];
  const apply = ['apply', 'm.csv', ...flags, ...FAST, '--yes', '--wait', '2s', '--wait-strict', '--verify'];
  const ran = await desk.run([...apply, ...right]);
  expect([ran.code, ran.stdout], ran.stderr + ran.stdout).toMatchObject([0, expect.stringMatching(/serve it +2\n/)]);
  const lines = desk.batchFile('verified.jsonl').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).verdict)).toEqual(['new', 'new']);

  const verify = (...more: string[]) => desk.run(['certificates', 'verify', ...more]);
  const bad = await verify('latest', ...wrong, '--format', 'csv');
  expect(bad.code).toBe(4);
  expect(bad.stdout.match(/,another,/g)).toHaveLength(4);
  const kept = ['--keep', 'served.jsonl', '--format', 'json'];
  expect((await verify('m.csv', ...flags, ...right, ...kept)).code).toBe(0);
  const again = await verify('m.csv', ...flags, ...wrong, ...kept);
  expect([again.code, JSON.parse(again.stdout).length]).toEqual([0, 2]);
  expect((await readFile(join(desk.folder, 'served.jsonl'), 'utf8')).match(/\n/g)).toHaveLength(2);
  const ids = names.map((name) => `${desk.api.hostname(name)?.id},acme\n`).join('');
  await desk.file('ids.csv', `custom_hostname_id,bundle\n${ids}`);
  const byId = await verify('ids.csv', ...flags, ...FAST, ...right, '--format', 'csv');
  expect([byId.code, byId.stdout.match(/shop-\d\.acme-store\.net,new,/g)?.length]).toEqual([0, 4]);
  // Of a zone whose answers tell nothing only trust can be judged.
  const zone = await verify(desk.api.zones[0]?.id ?? '', ...FAST, ...right);
  expect(zone).toMatchObject({ code: 4, stdout: expect.stringMatching(/is not known[\s\S]*not shown +2\n/) });
}, 120_000);
