import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { FAST, workspaceWith } from '../support/workspace.ts';

const hostnames = [{ hostname: 'shop.acme-store.net', ssl: {} }];
const good = 'hostname,ssl.method\nshop.acme-store.net,txt\n';

it.each<[string, string, string | Buffer, string[]]>([
  [
    'an unknown column, with the nearest known one',
    'm.csv',
    'hostname,ssl.methd\nshop.acme-store.net,txt\n',
    ['m.csv:1:ssl.methd', 'ssl.method'],
  ],
  [
    'a value outside its enumeration',
    'm.csv',
    'hostname,ssl.method\nshop.acme-store.net,htp\n',
    ['m.csv:2:ssl.method (row 1)', '"http"'],
  ],
  ['a hostname named twice', 'm.csv', `${good}SHOP.acme-store.net.,txt\n`, ['m.csv:3', 'line 2']],
  ['a row that changes nothing', 'm.csv', 'hostname,ssl.method\nshop.acme-store.net,\n', ['m.csv:2']],
  [
    'a wildcard with method http',
    'm.csv',
    'hostname,ssl.method,ssl.wildcard\nshop.acme-store.net,http,true\n',
    ['m.csv:2', 'wildcard'],
  ],
  [
    'ciphers with TLS 1.3 as minimum',
    'm.csv',
    'hostname,ssl.settings.min_tls_version,ssl.settings.ciphers\nshop.acme-store.net,1.3,AES128-SHA\n',
    ['m.csv:2'],
  ],
  [
    'metadata over 4 KB',
    'm.csv',
    `hostname,custom_metadata.note\nshop.acme-store.net,${'x'.repeat(5_000)}\n`,
    ['m.csv:2', '4'],
  ],
  ['broken quotes', 'm.csv', 'hostname,ssl.method\n"shop.acme-store.net,txt\n', ['m.csv']],
  ['broken JSON', 'm.jsonl', '{"hostname":"shop.acme-store.net","ssl":{"method":"txt"}\n', ['m.jsonl:1']],
  [
    'a line over 1 MiB',
    'm.jsonl',
    `{"hostname":"shop.acme-store.net","custom_metadata":{"a":"${'x'.repeat(1_100_000)}"}}\n`,
    ['m.jsonl:1'],
  ],
  ['bytes that are not UTF-8', 'm.csv', Buffer.from([...Buffer.from(good), 0xff, 0xfe, 0x0a]), ['UTF-8']],
  ['gzip that ends too early', 'm.csv.gz', gzipSync(good.repeat(50)).subarray(0, 60), ['m.csv.gz']],
  [
    'a private key',
    'm.jsonl',
    '{"hostname":"shop.acme-store.net","ssl":{"custom_key":"-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\\n-----END PRIVATE KEY-----"}}\n',
    ['m.jsonl:1'],
  ],
  ['an empty file', 'm.csv', '', ['m.csv']],
])('refuses %s, says where, and sends nothing', async (_, name, content, said) => {
  const workspace = await workspaceWith({ hostnames });
  await workspace.file(name, content);
  const { code, stdout, stderr } = await workspace.run(['apply', name, ...FAST, '--yes']);
  expect(code).toBe(64);
  for (const words of said) expect(stderr).toContain(words);
  expect(stdout + stderr).not.toContain('c2VjcmV0');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(workspace.api.judge().calls.all).toBe(0);
  expect(workspace.batches()).toEqual([]);
});

it.each<[string, string[], Record<string, string>, string]>([
  ['no credential', ['plan', 'm.csv'], { CLOUDFLARE_API_TOKEN: '' }, 'CLOUDFLARE_API_TOKEN'],
  ['several bad flags at once', ['plan', 'm.csv', '--quota', 'many', '--share', '3', '--wait', 'soon'], {}, '--share'],
  ['no zone for rows that name none', ['plan', 'm.csv', ...FAST], { CLOUDFLARE_ZONE_ID: '' }, '--zone'],
  [
    'a zone name the credential cannot see',
    ['plan', 'm.csv', ...FAST, '--zone', 'nobody-has-this.net'],
    {},
    'nobody-has-this.net',
  ],
  ['a manifest that is not there', ['plan', 'none.csv'], {}, 'none.csv'],
  ['an unknown command', ['aply', 'm.csv'], {}, 'apply'],
  ['an unknown batch', ['report', 'nothing'], {}, 'hostroll status'],
  ['a queue of an unknown kind', ['plan', 'm.csv', '--queue', 'mysql://x'], {}, 'embedded:'],
  [
    'plain HTTP to another machine',
    ['plan', 'm.csv'],
    { CLOUDFLARE_BASE_URL: 'http://api.acme-store.net' },
    'https://',
  ],
])('refuses %s with one clear sentence and exit code 64', async (_, args, env, said) => {
  const workspace = await workspaceWith({ hostnames });
  await workspace.file('m.csv', good);
  const { code, stderr } = await workspace.run(args, { env });
  expect(code).toBe(64);
  expect(stderr).toContain(said);
  expect(stderr).not.toMatch(/\n\s+at /);
});
