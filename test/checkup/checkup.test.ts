import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Check } from '../../src/checkup/check.ts';
import { checkCredential } from '../../src/checkup/check-credential.ts';
import { checkNode } from '../../src/checkup/check-machine.ts';
import type { Seen } from '../../src/checkup/seen-by.ts';
import { readConfigFile } from '../../src/config/config-file.ts';
import { ConfigProblems } from '../../src/config/problems.ts';
import { DAY, HOUR } from '../../src/terms.ts';
import { workspaceWith } from '../support/workspace.ts';

/** No name is looked up in the world. */
const NO_DNS = ['--resolver', '127.0.0.1:1'];

const CREDENTIALS = [
  { name: 'default', credential: undefined, zones: [], quota: { calls: 1200, windowSeconds: 300 }, share: 0.8 },
];
const NOW = Date.parse('2026-11-27T12:00:00Z');
const looked = (seen: Partial<Seen>): Check[] =>
  checkCredential(
    CREDENTIALS[0] as never,
    { zones: [], failures: [], last: { ok: true, value: [], quotas: [], at: NOW }, ...seen },
    NOW,
  );
const line = (checks: readonly Check[], what: string) => checks.find((check) => check.what.startsWith(what));

it('says of everything how it is, and ends as a command would that meets the first failure', async () => {
  const { run, folder } = await workspaceWith({ seeds: [{ count: 7, seed: 1 }] });
  await mkdir(join(folder, '.hostroll'));
  await chmod(join(folder, '.hostroll'), 0o755);
  const { code, stdout } = await run(['doctor', '--json', ...NO_DNS]);
  const checks = JSON.parse(stdout) as Check[];
  expect(checks.map(({ what, state }) => [what, state])).toEqual([
    ['Node.js', 'ok'],
    ['state folder', 'warning'],
    ['sealing key', 'ok'],
    ['queue', 'ok'],
    ['DNS', 'failed'],
    ['API', 'ok'],
    ['credential default', 'ok'],
    ['zone saas-platform.net', 'ok'],
    ['quota default', 'ok'],
  ]);
  expect(line(checks, 'zone')?.says).toContain('7 of');
  expect(line(checks, 'quota')?.says).toContain('1,200 calls in 300 s declared');
  expect(code).toBe(68);
});

it('says of a token that is refused nothing but that, and what to do', async () => {
  const { run } = await workspaceWith({});
  const { code, stdout } = await run(['doctor', ...NO_DNS], { env: { CLOUDFLARE_API_TOKEN: 'bad' } });
  expect(code).toBe(68);
  expect(stdout).toContain('FAIL  credential default: the token is refused');
  expect(stdout).not.toContain('zone saas');
});

it('looks at all that does not need a configuration where there is none', async () => {
  const { run } = await workspaceWith({});
  const { code, stdout } = await run(['doctor', ...NO_DNS], { env: { CLOUDFLARE_API_TOKEN: '' } });
  expect(code).toBe(64);
  expect(stdout).toMatch(/FAIL {2}configuration: No credential[\s\S]*ok {4}queue/);
});

it('warns of a token that ends soon, and takes one that is disabled for a failure', () => {
  const token = (status: string, expires_on?: string): Partial<Seen> => ({
    token: { ok: true, value: { status, expires_on }, quotas: [] },
  });
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  expect(line(looked(token('active')), 'credential')?.state).toBe('ok');
  expect(line(looked(token('active', at(60 * DAY))), 'credential')?.state).toBe('ok');
  expect(line(looked(token('active', at(3 * DAY))), 'credential')).toMatchObject({ state: 'warning' });
  expect(line(looked(token('disabled')), 'credential')).toMatchObject({ state: 'failed', code: 'CF_UNAUTHORIZED' });
});

it('warns of a clock that is wrong, and of a quota that others use', () => {
  const last = {
    ok: true,
    value: [],
    quotas: [{ remaining: 100, reset_ms: 60_000, quota: 1200 }],
    at: NOW + HOUR,
  } as const;
  const checks = looked({ last: { ...last, quotas: [...last.quotas] } });
  expect(line(checks, 'API')?.says).toContain('1 h behind');
  expect(line(checks, 'quota')).toMatchObject({ state: 'warning' });
});

it('refuses a Node.js that is too old', () => {
  expect(checkNode('v20.18.3').state).toBe('failed');
  expect(checkNode('v20.19.0').state).toBe('ok');
  expect(checkNode('v26.1.0').state).toBe('ok');
});

it('init writes what the credential sees, for readers and for hostroll, and never over another file', async () => {
  const { run, folder } = await workspaceWith({ seeds: [{ count: 7, seed: 1 }] });
  const env = { CLOUDFLARE_ZONE_ID: '' };
  expect(await run(['init'], { env })).toMatchObject({ code: 0 });
  const path = join(folder, 'hostroll.config.json');
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/"saas-platform\.net", \/\/ [0-9a-f]{32}, enterprise, 7 custom hostnames/);
  expect(text).not.toContain('sandbox-token');
  const problems = new ConfigProblems();
  expect(readConfigFile(path, problems)?.credentials?.[0]?.zones).toEqual(['saas-platform.net']);
  problems.throwIfAny();
  expect(await run(['init'], { env })).toMatchObject({ code: 64 });
});

it('init: what stands in comments is right once their slashes are taken away', async () => {
  const { run, file } = await workspaceWith({});
  await run(['init', '--config', 'written.json']);
  const text = await readFile('written.json', 'utf8');
  const path = await file('all.json', text.replaceAll(/^ {2}\/\/ (?=["\s}])/gm, '  '));
  const problems = new ConfigProblems();
  expect(Object.keys(readConfigFile(path, problems) ?? {})).toEqual([
    '$schema',
    'credentials',
    'bundles',
    'stop_rules',
    'notify',
  ]);
  problems.throwIfAny();
});
