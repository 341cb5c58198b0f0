import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { CONFIG_FILE } from '../../src/config/config-file.ts';
import type { Env, Flags } from '../../src/config/inputs.ts';
import { HostrollError } from '../../src/terms.ts';
import { tempFolder } from '../support/temp-folder.ts';

const EMEA = 'a'.repeat(32);
const TOKEN = 'tok_9f8e7d6c5b4a3928';
const emea = { name: 'emea', token: { env: 'CF_EMEA' }, zones: [EMEA, 'Saas-EMEA.net'] };
const apac = { name: 'apac', token: { file: 'secrets/apac' }, zones: ['saas-apac.net'], quota: '600/5m', share: '50%' };

/** Writes a configuration file into an empty folder; resolves with its path. */
async function fileWith(content: unknown): Promise<string> {
  const path = join(await tempFolder(), 'hostroll.config.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

/** The sentences that a file is refused with, the folder cut off. */
async function problemsOf(content: unknown, env: Env = {}, flags: Flags = {}): Promise<string[]> {
  const path = await fileWith(content);
  try {
    readConfig({ ...flags, config: path }, env);
  } catch (error) {
    if (!(error instanceof HostrollError) || error.code !== 'CONFIG_INVALID') throw error;
    return error.message.replaceAll(path, 'FILE').split('\n');
  }
  return [];
}

describe('the configuration file', () => {
  it('lists credentials, each with its zones and budget, and says of those that are not here why', async () => {
    const path = await fileWith({ credentials: [emea, apac] });
    const { lanes, zones } = readConfig({ config: path }, { CF_EMEA: TOKEN, HOSTROLL_SHARE: '0.6' });
    expect(lanes).toEqual([
      {
        ...{ name: 'emea', credential: { kind: 'token', token: TOKEN }, zones: [EMEA, 'saas-emea.net'] },
        ...{ quota: { calls: 1_200, windowSeconds: 300 }, share: 0.6 },
      },
      {
        ...{ name: 'apac', credential: undefined, zones: ['saas-apac.net'] },
        lacks: `the file ${join(path, '..', 'secrets/apac')} cannot be read (ENOENT)`,
        ...{ quota: { calls: 600, windowSeconds: 300 }, share: 0.5 },
      },
    ]);
    expect(zones).toEqual([EMEA, 'saas-emea.net', 'saas-apac.net']);
  });

  it('is named by flag or environment, and its secrets are found beside it', async () => {
    const path = await fileWith({ credentials: [{ name: 'one', token: { file: 'token' } }] });
    await writeFile(join(path, '..', 'token'), `${TOKEN}\n`);
    expect(readConfig({}, { HOSTROLL_CONFIG: path }).lanes[0]?.credential).toEqual({ kind: 'token', token: TOKEN });
  });

  it('takes the older pair as well', async () => {
    const path = await fileWith({ credentials: [{ name: 'one', email: 'ops@acme-store.net', key: { env: 'KEY' } }] });
    const { lanes } = readConfig({ config: path }, { KEY: 'k'.repeat(37) });
    expect(lanes[0]?.credential).toEqual({ kind: 'key', email: 'ops@acme-store.net', key: 'k'.repeat(37) });
  });

  it('gives way to --quota and --share', async () => {
    const path = await fileWith({ credentials: [emea, apac] });
    const { lanes } = readConfig({ config: path, quota: '100/60', share: '1' }, {});
    expect(lanes.map(({ quota, share }) => [quota.calls, share])).toEqual([
      [100, 1],
      [100, 1],
    ]);
  });

  it.each([
    ['{"credentials": [\n  {"name": "a";}\n]}', 'FILE:2:15: the file is not valid JSON here.'],
    ['{"credentials": [', 'FILE:1:18: the file is not valid JSON here.'],
    [{ credential: [] }, 'FILE: there is no member "credential"; did you mean "credentials"?'],
    [
      { credentials: [{ ...emea, zone: [] }] },
      'FILE: credentials[0]: there is no member "zone"; did you mean "zones"?',
    ],
    [{ credentials: [{ ...emea, name: 'EMEA prod' }] }, 'FILE: credentials[0].name: must be 1 to 32 of'],
    [
      { credentials: [{ ...emea, token: TOKEN }] },
      'FILE: credentials[0].token: must say where the secret is, {"env": "NAME"} or {"file": "path"}; the secret itself does not belong here.',
    ],
    [
      { credentials: [{ name: 'a', zones: [EMEA] }] },
      'FILE: credential "a" needs a "token", or both "email" and "key".',
    ],
    [{ credentials: [{ ...emea, quota: 'much' }] }, 'FILE: credential "emea": quota must be calls per window'],
    [{ credentials: [{ ...emea, zones: ['not a zone'] }] }, 'FILE: credential "emea": "not a zone" is neither'],
    [
      { credentials: [emea, { ...emea, name: 'b', zones: [EMEA.toUpperCase()] }] },
      `FILE: credential "b": zone ${EMEA} is among those of "emea" already.`,
    ],
    [{ credentials: [emea, { ...apac, name: 'emea' }] }, 'FILE: credential "emea" is there twice'],
    [{ credentials: [emea, { ...apac, zones: [] }] }, 'FILE: credential "apac" names no zones'],
  ])('that is wrong is refused with place and cure, and without what it holds: %j', async (content, start) => {
    const [problem, ...others] = await problemsOf(content, { CF_EMEA: 'sendable' });
    expect(problem?.startsWith(start), problem).toBe(true);
    expect(others).toEqual([]);
    expect(problem).not.toContain(TOKEN);
  });

  it('that is named and not there is said', () => {
    expect(() => readConfig({ config: 'nowhere.json' }, {})).toThrow('There is no configuration file nowhere.json.');
  });

  it('holds no secret that could not be sent', async () => {
    const [problem] = await problemsOf({ credentials: [emea] }, { CF_EMEA: `${TOKEN} ` });
    expect(problem).toContain('the token in the environment variable CF_EMEA has a space');
    expect(problem).not.toContain(TOKEN);
  });

  it('declares bundles, relative to itself, which flags of the same name go before', async () => {
    const bundles = {
      acme: { pairs: [{ certificate: 'c.pem', key: '/keys/k.key' }] },
      vault: { exec: ['vault', 'kv', 'get'] },
      other: { exec: ['never'] },
    };
    const path = await fileWith({ bundles, bundle_folder: 'certs' });
    const flags = { config: path, bundle: ['other=/a.pem:/a.key'], bundleRoot: ['/r'], minDays: '30' };
    const read = readConfig(flags, { CLOUDFLARE_API_TOKEN: TOKEN }).bundles;
    expect(read).toEqual({
      declared: new Map<string, unknown>([
        ['acme', { files: [{ certificate: join(path, '..', 'c.pem'), key: '/keys/k.key' }] }],
        ['vault', { command: ['vault', 'kv', 'get'] }],
        ['other', { files: [{ certificate: '/a.pem', key: '/a.key' }] }],
      ]),
      ...{ folder: join(path, '..', 'certs'), roots: ['/r'], minDays: 30, strictPermissions: false },
    });
  });

  it.each<[string, unknown, Flags, string]>([
    [
      'a bundle that is neither files nor command',
      { bundles: { acme: 'c.pem' } },
      {},
      'bundles.acme: must be {"pairs"',
    ],
    ['a name that leads elsewhere', { bundles: { '../x': { exec: ['x'] } } }, {}, '"../x"'],
    ['a bundle declared twice', {}, { bundle: ['a=b', 'a=c'] }, '--bundle a is there twice'],
    ['a bundle without files', {}, { bundle: ['acme'] }, '--bundle must be name='],
    ['days that are none', {}, { minDays: 'soon' }, '--min-days'],
  ])('refuses %s', async (_, content, flags, said) => {
    expect((await problemsOf(content, { CLOUDFLARE_API_TOKEN: TOKEN }, flags)).join()).toContain(said);
  });

  it('has a schema for editors that says the same', async () => {
    const schema = z.toJSONSchema(CONFIG_FILE, { io: 'input', target: 'draft-7' });
    const text = `${JSON.stringify({ title: 'hostroll.config.json', ...schema }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../docs/hostroll.config.schema.json');
  });
});
