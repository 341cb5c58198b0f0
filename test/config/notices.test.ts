import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ENV = { CLOUDFLARE_API_TOKEN: 'x'.repeat(40), PATH: '/bin' };
const SECRET = `whsec_${Buffer.alloc(24).toString('base64')}`;

it('reads who is told, from flags and from the file', async () => {
  const config = join(await tempFolder(), 'c.json');
  const notify = [
    { url: { env: 'HOOK' }, format: 'slack', on: ['held'] },
    { exec: ['page-me', 'now'], on: ['stopped'] },
  ];
  await writeFile(config, JSON.stringify({ notify }));
  const flags = {
    config,
    notify: ['https://a.net/x', 'slack:https://b.net/y', "exec:say 'a b'", 'https://hooks.slack.com/z'],
  };
  const env = { ...ENV, HOOK: 'https://c.net/w', HOSTROLL_NOTIFY_SECRET: SECRET };
  expect(readConfig(flags, env).notices).toMatchObject([
    { url: 'https://a.net/x', format: 'standard', secret: SECRET },
    { url: 'https://b.net/y', format: 'slack' },
    { exec: ['say', 'a b'], env: { PATH: '/bin' } },
    { url: 'https://hooks.slack.com/z', format: 'slack' },
    { url: 'https://c.net/w', format: 'slack', kinds: ['held'] },
    { exec: ['page-me', 'now'], kinds: ['stopped'] },
  ]);
  expect(() => readConfig(flags, ENV)).toThrow('notify[0]: the environment variable HOOK is not set.');
});

it.each([
  [{ notify: ['ftp://a.net/secret-path'] }, {}, '--notify must be an http:// or https:// URL'],
  [{ notify: ["exec:say 'a"] }, {}, '--notify exec: needs a command'],
  [{ notify: ['https://a.net/'] }, { HOSTROLL_NOTIFY_SECRET: 'short' }, 'must be whsec_ and 24 to 64 bytes'],
])('refuses %j, and does not repeat what may be a secret', (flags, env, says) => {
  const reading = () => readConfig(flags, { ...ENV, ...env });
  expect(reading).toThrow(says);
  expect(reading).not.toThrow('secret-path');
});
