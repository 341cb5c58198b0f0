import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Env, Flags } from '../../src/config/inputs.ts';
import type { LaneConfig } from '../../src/config/lanes.ts';
import { readStateConfig } from '../../src/config/state-config.ts';
import { HostrollError } from '../../src/terms.ts';

const TOKEN = 'tok_9f8e7d6c5b4a3928';
const env = (more: Env = {}): Env => ({ CLOUDFLARE_API_TOKEN: TOKEN, ...more });

/** The lane of the environment's credential, with `more` laid over it. */
const only = (more: Partial<LaneConfig>): LaneConfig => ({
  ...{ name: 'default', credential: { kind: 'token', token: TOKEN }, zones: [] },
  ...{ quota: { calls: 1_200, windowSeconds: 300 }, share: 0.8 },
  ...more,
});

/** The sentences that a configuration is refused with. */
function problemsOf(flags: Flags, variables: Env): string[] {
  try {
    readConfig(flags, variables);
  } catch (error) {
    if (error instanceof HostrollError && error.code === 'CONFIG_INVALID') return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('a configuration', () => {
  it('needs nothing but a credential', () => {
    expect(readConfig({}, env())).toEqual({
      state: '.hostroll',
      audit: { by: { user: expect.any(String), host: expect.any(String) }, options: {} },
      bundles: { declared: new Map(), roots: [], minDays: 14, strictPermissions: false },
      rules: { force: [], expect: {} },
      fileStopRules: [],
      notices: [],
      noticeEnv: { passed: {} },
      queue: 'embedded:.hostroll/queue',
      baseUrl: 'https://api.cloudflare.com/client/v4',
      lanes: [only({})],
      zones: [],
      knownZones: [],
      waitMs: 60_000,
      waitStrict: false,
      priority: 'normal',
      overwriteDrift: false,
      resend: false,
      allowNarrower: false,
      inPack: false,
      where: [],
      freshMs: 0,
      window: 2_000,
      logFile: '.hostroll/hostroll.log',
      logLevel: 'info',
    });
  });

  it('takes flags before environment before defaults, and an empty variable for none', () => {
    const variables = env({
      HOSTROLL_STATE: '/env',
      HOSTROLL_QUEUE: 'redis://env',
      HOSTROLL_QUOTA: '100/60',
      HOSTROLL_SHARE: '',
    });
    expect(readConfig({}, variables)).toMatchObject({
      ...{ state: '/env', queue: 'redis://env', lanes: [only({ quota: { calls: 100, windowSeconds: 60 } })] },
      logFile: '/env/hostroll.log',
    });
    const flags = { state: '/flag', queue: 'redis://flag', quota: '200/60', share: '50%' };
    expect(readConfig(flags, variables)).toMatchObject({
      ...{ state: '/flag', queue: 'redis://flag' },
      lanes: [only({ quota: { calls: 200, windowSeconds: 60 }, share: 0.5 })],
    });
    expect(readStateConfig({}, { HOSTROLL_STATE: '' })).toEqual({ state: '.hostroll' });
  });

  it('names every problem at once, each with what was given and what is taken', () => {
    const flags = {
      quota: '1',
      share: '2',
      wait: '8d',
      window: '0',
      logLevel: 'loud',
      zone: ['not a zone', 'fine.net'],
    };
    const problems = problemsOf(flags, { CLOUDFLARE_BASE_URL: 'http://api.acme-store.net' });
    const about = [
      'No credential',
      'CLOUDFLARE_BASE_URL',
      '--quota',
      '--share',
      '--wait',
      '--window',
      '--log-level',
      '--zone',
    ];
    expect(problems).toHaveLength(about.length);
    for (const start of about) expect(problems.some((sentence) => sentence.startsWith(start))).toBe(true);
    expect(problems).toContain('--wait must be a time such as 0, 60s, 15m or 2h, at most 168h, not "8d".');
  });

  it.each([
    ['http://127.0.0.1:8080/client/v4', true],
    ['http://localhost:8080', true],
    ['http://[::1]:8080', true],
    ['https://api.acme-store.net/client/v4', true],
    ['http://127.0.0.1.acme-store.net', false],
    ['http://localhost.acme-store.net', false],
    ['http://api-localhost', false],
    ['http://10.0.0.1', false],
    ['ftp://localhost', false],
    ['api.cloudflare.com', false],
  ])('sends the token to %s: %s', (url, allowed) => {
    expect(problemsOf({}, env({ CLOUDFLARE_BASE_URL: url }))).toHaveLength(allowed ? 0 : 1);
  });

  it.each([
    ['0', 0],
    ['168h', 604_800_000],
    ['169h', undefined],
  ])('waits %s for settling at most a week', (wait, ms) => {
    if (ms === undefined) expect(problemsOf({ wait }, env())).toHaveLength(1);
    else expect(readConfig({ wait }, env()).waitMs).toBe(ms);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}, env()))).toBe(true);
  });
});

describe('a credential', () => {
  it('is a token, or else both halves of the older pair', () => {
    const pair = { CLOUDFLARE_EMAIL: 'ops@acme-store.net', CLOUDFLARE_API_KEY: 'k'.repeat(37) };
    const credentialOf = (variables: Env) => readConfig({}, variables).lanes[0]?.credential;
    expect(credentialOf(pair)).toEqual({ kind: 'key', email: 'ops@acme-store.net', key: 'k'.repeat(37) });
    expect(credentialOf(env(pair))).toEqual({ kind: 'token', token: TOKEN });
  });

  it.each([
    [{ CLOUDFLARE_EMAIL: 'ops@acme-store.net' }, 'CLOUDFLARE_API_KEY is not set'],
    [{ CLOUDFLARE_API_KEY: 'k' }, 'CLOUDFLARE_EMAIL is not set'],
    [{ CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_EMAIL: '' }, 'No credential'],
    [{ CLOUDFLARE_API_TOKEN: `${TOKEN}\n` }, 'CLOUDFLARE_API_TOKEN contains'],
    [{ CLOUDFLARE_API_TOKEN: ` ${TOKEN}` }, 'CLOUDFLARE_API_TOKEN contains'],
    [{ CLOUDFLARE_API_TOKEN: `${TOKEN}é` }, 'CLOUDFLARE_API_TOKEN contains'],
    [{ CLOUDFLARE_EMAIL: 'a@b.net', CLOUDFLARE_API_KEY: 'k\r\nx' }, 'CLOUDFLARE_API_KEY contains'],
  ] as [Env, string][])('that cannot be used is refused without being repeated: %j', (variables, start) => {
    const [problem, ...others] = problemsOf({}, variables);
    expect(problem).toContain(start);
    expect(others).toEqual([]);
    expect(problem).not.toContain(TOKEN);
  });
});
