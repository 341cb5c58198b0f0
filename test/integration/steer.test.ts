import { describe, expect, it, onTestFinished } from 'vitest';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';
import { type Workspace, workspaceWith } from '../support/workspace.ts';

const NAMES = Array.from({ length: 120 }, (_, at) => `shop-${at + 1}.acme-store.net`);
/** Twenty calls a second. */
const PACE = ['--quota', '6000/300', '--share', '1'];
const APPLY = ['apply', 'm.csv', ...PACE, '--wait', '0', '--yes'];

/** A desk with a manifest for all of its hostnames. */
async function desk(): Promise<Workspace> {
  const made = await workspaceWith({
    hostnames: NAMES.map((hostname) => ({ hostname, ssl: { method: 'http', certificate_authority: 'google' } })),
  });
  await made.file('m.csv', `hostname,ssl.settings.min_tls_version\n${NAMES.map((name) => `${name},1.2\n`).join('')}`);
  return made;
}
const callsOf = ({ api }: Workspace) => NAMES.reduce((sum, name) => sum + api.calls(name).length, 0);
const begun = (at: Workspace) => expect.poll(() => callsOf(at), { timeout: 30_000 }).toBeGreaterThan(3);
const events = (at: Workspace) =>
  at
    .batchFile('ledger.jsonl')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LedgerEvent]));

describe.each([EMBEDDED, REDIS, POSTGRES_SERVER])('a batch on $name', ({ startPrivate }) => {
  it.runIf(startPrivate)(
    'pauses, is tuned, goes on and is cancelled by other commands, that need no queue',
    {
      timeout: 120_000,
    },
    async () => {
      const server = await startPrivate?.();
      if (server === undefined) return;
      onTestFinished(async () => {
        await server.stop();
        await server.remove();
      });
      const at = await desk();
      if (server.url.startsWith('postgres')) await at.run(['migrate', '--queue', server.url]);
      const ended = at.run([...APPLY, '--queue', server.url]);
      await begun(at);
      const paused = await at.run(['pause', 'latest', '--reason', 'freeze']);
      const calls = callsOf(at);
      expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining('is paused; no call is made') });
      expect(callsOf(at)).toBe(calls);
      expect((await at.run(['status', 'latest'])).stdout).toMatch(/^ {2}paused\b[\s\S]*paused by \S+: freeze/m);
      const held = await at.run(['why', 'latest', NAMES.at(-1) ?? '']);
      expect(held.stdout).toMatch(/^row 120, .*: edit, not sent yet\n/);
      expect(held.stdout).toMatch(/- held: paused by \S+: freeze\n {2}- \d+ rows go before it on lane default/);
      // Two who say contrary things: the later word counts, and both are kept.
      await at.run(['go', 'latest']);
      await at.run(['pause', 'latest', '--for', '2h']);
      const still = callsOf(at);
      expect((await at.run(['tune', 'latest', '--share', '50%'])).stdout).toContain('share 0.5');
      expect(callsOf(at)).toBe(still);
      expect((await at.run(['go', 'latest', '--reason', 'done'])).stdout).toContain('goes on');
      const isShared = !server.url.startsWith('embedded');
      if (isShared) {
        // As from another machine, where there is only the queue.
        const elsewhere = [at.batches().at(-1) ?? '', '--state', 'nowhere', '--queue', server.url];
        const known = async () => (await at.run(['status', '--queue', server.url])).stdout;
        await expect.poll(known, { timeout: 30_000 }).toContain('not submitted: active');
        const there = await at.run(['pause', ...elsewhere]);
        expect(there).toMatchObject({ code: 0, stdout: expect.stringContaining('is paused; no call is made') });
        const resting = callsOf(at);
        expect(await known()).toMatch(/not submitted: active.*\n.*paused/);
        expect(callsOf(at)).toBe(resting);
        expect((await at.run(['go', ...elsewhere])).stdout).toContain('goes on');
      }
      const before = callsOf(at);
      await expect.poll(() => callsOf(at), { timeout: 30_000 }).toBeGreaterThan(before + 3);
      expect((await at.run(['cancel', 'latest', '--reason', 'wrong'])).stdout).toContain('is cancelled');
      expect((await ended).code).toBe(3);
      const report = at.report();
      expect(report).toMatchObject({ stopped: { reason: 'cancelled' }, resume: null });
      expect(report.counts.edited).toBeGreaterThan(3);
      expect(report.control.map(({ word }) => word)).toEqual([
        'pause',
        'go',
        'pause',
        'tune',
        'go',
        ...(isShared ? ['pause', 'go'] : []),
        'cancel',
      ]);
      const done = await at.run(['why', 'latest', '1']);
      expect(done.stdout).toMatch(/^row 1, shop-1\.acme-store\.net: edited at .*; 0 read, 1 edit\n/);
      expect(done.stdout).toContain('ssl.settings.min_tls_version: null -> "1.2"');
      expect(await at.run(['why', 'latest', '999'])).toMatchObject({ code: 64 });
      const after = callsOf(at);
      expect(await at.run(['pause', 'latest'])).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('was cancelled'),
      });
      expect((await at.run(['resume', 'latest'])).code).toBe(3);
      expect(callsOf(at)).toBe(after);
    },
  );
});

it.runIf(REDIS.startPrivate)(
  'a batch that was submitted is steered by its coordinator, by the queue alone',
  {
    timeout: 120_000,
  },
  async () => {
    const server = await REDIS.startPrivate?.();
    if (server === undefined) return;
    onTestFinished(async () => {
      await server.stop();
      await server.remove();
    });
    const at = await desk();
    const queue = ['--queue', server.url];
    const end = new AbortController();
    const serving = at.run(['serve', ...queue, ...PACE], { stop: end.signal });
    const submit = [
      'submit',
      'm.csv',
      ...queue,
      '--wait',
      '0',
      '--waves',
      '10,100%',
      '--wave-wait',
      '0',
      '--confirm-waves',
      '--where',
      'hostname!=shop-120.acme-store.net',
    ];
    const [id = ''] = (await at.run(submit)).stdout.trim().split('\n');
    const elsewhere = ['--state', 'nowhere', ...queue];
    const status = async () => (await at.run(['status', ...queue])).stdout;
    await expect.poll(status, { timeout: 20_000 }).toMatch(/wave 1 of 2: 10 rows/);
    expect(callsOf(at)).toBe(10);
    await at.run(['go', id, ...elsewhere]);
    await expect.poll(() => callsOf(at), { timeout: 20_000 }).toBeGreaterThan(13);
    expect((await at.run(['pause', id, ...elsewhere, '--reason', 'freeze'])).stdout).toContain('is told to pause');
    await expect.poll(status, { timeout: 20_000 }).toMatch(/paused wave 2[\s\S]*: freeze/);
    await at.run(['cancel', id, ...elsewhere]);
    await expect.poll(status, { timeout: 20_000 }).toContain('exit code 3');
    expect(at.batchFile('plan.jsonl').match(/"code":"NOT_MEANT"/g)).toHaveLength(1);
    expect(await at.run(['go', id, ...elsewhere])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('has ended'),
    });
    end.abort();
    await serving;
  },
);

it('a batch whose process was killed while it was paused is still paused when it is resumed', {
  timeout: 120_000,
}, async () => {
  const at = await desk();
  const first = at.start(APPLY);
  await begun(at);
  await at.run(['pause', 'latest']);
  first.child.kill('SIGKILL');
  await first.finished;
  const calls = callsOf(at);
  const resumed = at.run(['resume', 'latest', ...PACE]);
  await expect
    .poll(() => events(at).filter((event) => event.type === 'stage' && event.stage === 'paused').length, {
      timeout: 30_000,
    })
    .toBe(2);
  expect(callsOf(at)).toBe(calls);
  await at.run(['go', 'latest']);
  expect((await resumed).code).toBe(0);
  expect(at.report().counts.edited).toBe(NAMES.length);
  expect(at.api.judge().blind_repeats).toEqual([]);
});

it('what cannot be steered is said in one sentence, and nothing is changed', async () => {
  const at = await desk();
  await at.file('empty.csv', 'hostname,ssl.settings.min_tls_version\n');
  expect(await at.run(['pause', 'nope'])).toMatchObject({
    code: 64,
    stderr: expect.stringMatching(/^hostroll: There is no batch "nope".*\[BATCH_UNKNOWN\]\n$/),
  });
  for (const words of [
    ['pause', 'x', '--for', 'soon'],
    ['pause', 'x', '--until', '25:00'],
    ['tune', 'x'],
    ['tune', 'x', '--share', '0'],
    ['pause', 'x', '--for', '1h', '--until', '06:00'],
  ]) {
    expect(await at.run(words)).toMatchObject({ code: 64, stderr: expect.stringContaining('[CONFIG_INVALID]') });
  }
});
