import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/fault-rule.ts';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `shop-${at + 1}.acme-store.net`);
const activeHostnames = (count: number) => names(count).map((hostname) => ({ hostname, ssl: {} }));
const metadataManifest = (hostnames: string[]): string =>
  `hostname,custom_metadata.tier\n${hostnames.map((name) => `${name},gold`).join('\n')}\n`;
const APPLY = ['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'];

/** The workspace's own promise, whatever was broken on the way. */
function expectEachAppliedOnce(workspace: Workspace, count: number): void {
  const { applied, blind_repeats, unread_repeats } = workspace.api.judge();
  expect(applied.size).toBe(count);
  expect([...applied].filter(([, times]) => times !== 1)).toEqual([]);
  expect(blind_repeats).toEqual([]);
  expect(unread_repeats).toEqual([]);
}

async function applied(faults: FaultRule[], rows = 40): Promise<Workspace & { code: number | null; stderr: string }> {
  const workspace = await workspaceWith({ hostnames: activeHostnames(rows), faults });
  await workspace.file('m.csv', metadataManifest(names(rows)));
  const { code, stderr } = await workspace.run(APPLY);
  return { ...workspace, code, stderr };
}

describe('after an edit whose end is unknown, the hostname is read before anything is sent again', () => {
  /** Each strikes rows of its own; the rows between them are healthy, so that nothing looks like an outage. */
  const ENDS: [string, FaultRule['effect']][] = [
    ['connections reset after the edit took effect', { type: 'reset', when: 'after' }],
    ['connections reset before it did', { type: 'reset', when: 'before' }],
    ['gateway pages after it did', { type: 'status', status: 502, body: 'html', when: 'after' }],
    ['answers cut off in the middle', { type: 'truncate' }],
    ['server errors, reads included', { type: 'status', status: 500 }],
  ];
  const ROWS = 80;
  const struckBy = (end: number) => names(ROWS).filter((_, at) => at % 10 === 2 * end);

  it(`${ENDS.map(([name]) => name).join('; ')}`, async () => {
    const faults = ENDS.map(
      ([, effect], end): FaultRule => ({ match: { kind: 'edit', hostname: struckBy(end) }, times: 8, effect }),
    );
    const failingReads: FaultRule = {
      match: { kind: 'read', hostname: struckBy(4) },
      times: 3,
      effect: { type: 'status', status: 503 },
    };
    const workspace = await applied([...faults, failingReads], ROWS);
    expect(workspace.code).toBe(0);
    expect(workspace.report().counts).toMatchObject({ rows: ROWS, edited: ROWS });
    expectEachAppliedOnce(workspace, ROWS);
    for (const [end, [name]] of ENDS.entries()) {
      const calls = struckBy(end).map((hostname) => workspace.api.calls(hostname).map(({ kind }) => kind));
      // An edit, then a read of its hostname.
      expect(
        calls.some(([first, second]) => first === 'edit' && second === 'read'),
        name,
      ).toBe(true);
    }
  });
});

it('a 429 stops the whole lane for as long as the API says, and costs no row a try', async () => {
  const workspace = await applied([
    { match: { kind: 'edit', nth: 10 }, effect: { type: 'rate_limit', retry_after: 4 } },
  ]);
  expect(workspace.code).toBe(0);
  expectEachAppliedOnce(workspace, 40);
  const report = workspace.report();
  expect(report.cooling).toHaveLength(1);
  expect(report.cooling[0]?.reason).toBe('CF_RATE_LIMITED');
  const times = names(40)
    .flatMap((name) => workspace.api.calls(name).map(({ at }) => at))
    .sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  // Calls that were on their way when the lane was stopped still arrive.
  expect(Math.max(...gaps)).toBeGreaterThanOrEqual(3_000);
});

it('rows the API refuses fail with its code, and every other row goes on', async () => {
  const workspace = await applied([
    { match: { kind: 'edit', hostname: 'shop-3.acme-store.net' }, effect: { type: 'refuse', code: 1434 } },
    { match: { kind: 'edit', hostname: 'shop-4.acme-store.net' }, effect: { type: 'delete' } },
    { match: { kind: 'edit', hostname: 'shop-5.acme-store.net' }, effect: { type: 'api_error', code: 1469 } },
  ]);
  expect(workspace.code).toBe(2);
  expect(workspace.report().counts).toMatchObject({ edited: 37, failed: 3 });
  expect(
    workspace
      .report()
      .errors.map(({ code }) => code)
      .sort(),
  ).toEqual(['CF_1434', 'CF_1436', 'CF_1469']);
  expect(workspace.batchFile('failed.csv')).toContain('shop-4.acme-store.net,gold,CF_1436');
});

it('a token revoked in mid-run stops the batch; with a good credential it is resumed, and no row is lost or sent twice', async () => {
  const workspace = await applied([{ match: { kind: 'edit', nth: 15 }, effect: { type: 'revoke' } }]);
  expect(workspace.code).toBe(3);
  const stopped = workspace.report();
  expect(stopped).toMatchObject({ state: 'stopped', exit_code: 3, stopped: { code: 'CF_UNAUTHORIZED' } });
  expect(stopped.counts.unprocessed).toBeGreaterThan(0);
  const { code } = await workspace.run(['resume', stopped.batch], {
    env: { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_EMAIL: workspace.api.email, CLOUDFLARE_API_KEY: workspace.api.key },
  });
  expect(code).toBe(0);
  expect(workspace.report().counts).toMatchObject({ edited: 40, unprocessed: 0 });
  expectEachAppliedOnce(workspace, 40);
});

it('Ctrl-C finishes calls in flight, says how to resume, and exits 130', async () => {
  const workspace = await workspaceWith({ hostnames: activeHostnames(200), latency: { min_ms: 50, max_ms: 100 } });
  await workspace.file('m.csv', metadataManifest(names(200)));
  const { child, finished } = workspace.start(['apply', 'm.csv', '--quota', '9000/300', '--wait', '0', '--yes']);
  await until(() => outcomesOf(workspace) > 10, 'some outcomes');
  child.kill('SIGINT');
  const { code, stdout } = await finished;
  expect(code).toBe(130);
  const report = workspace.report();
  expect(stdout).toContain(`hostroll resume ${report.batch}`);
  expect(report).toMatchObject({ state: 'stopped', exit_code: 130 });
  expect(report.counts.edited).toBe(workspace.api.judge().applied.size);
  expect((await workspace.run(['resume', 'latest', ...FAST])).code).toBe(0);
  expectEachAppliedOnce(workspace, 200);
  // What was done meanwhile nobody knows: each of the others is read once before it is sent.
  expect(workspace.report().calls.read - report.calls.read).toBe(200 - report.counts.edited);
});

it.each([
  ['answers 400 to pages of more than 50', 'refuse' as const],
  ['cuts pages to 50 without a word', 'cap' as const],
])('reads every hostname of a zone whose API %s', async (_, per_page_over) => {
  const workspace = await workspaceWith({
    hostnames: activeHostnames(230),
    knobs: { per_page_max: 50, per_page_over },
  });
  await workspace.file('m.csv', metadataManifest(names(230)));
  const { code, stdout } = await workspace.run(['plan', 'm.csv', ...FAST, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).counts).toMatchObject({ edit: 230, reject: 0 });
});

it('hostnames that come and go while pages are read hide none of the others', async () => {
  const faults: FaultRule[] = [{ match: { kind: 'list', nth: 2 }, effect: { type: 'drift', remove: 1, create: 0 } }];
  const workspace = await workspaceWith({
    hostnames: activeHostnames(160),
    knobs: { per_page_max: 50, per_page_over: 'cap' },
    faults,
  });
  await workspace.file('m.csv', metadataManifest(names(160)));
  const { stdout } = await workspace.run(['plan', 'm.csv', ...FAST, '--json']);
  // The one that went may have been seen before it did.
  const { edit, reject } = JSON.parse(stdout).counts;
  expect(edit + reject).toBe(160);
  expect(edit).toBeGreaterThanOrEqual(159);
});

it('the declared quota is not exceeded, and an API that has no block to give sees no overrun', async () => {
  const rate_limit = { quota: 60, window_ms: 3_000, block_ms: 3_000 };
  const workspace = await workspaceWith({ hostnames: activeHostnames(120), rate_limit });
  await workspace.file('m.csv', metadataManifest(names(120)));
  const { code } = await workspace.run(['apply', 'm.csv', '--quota', '60/3', '--wait', '0', '--yes']);
  expect(code).toBe(0);
  const judged = workspace.api.judge(3_000);
  expect(judged.rejected).toEqual({});
  expect(judged.peak).toBeLessThanOrEqual(60);
});

it('a second process on the same state folder is told who holds it', async () => {
  const workspace = await workspaceWith({ hostnames: activeHostnames(200), latency: { min_ms: 50, max_ms: 100 } });
  await workspace.file('m.csv', metadataManifest(names(200)));
  const first = workspace.start(['apply', 'm.csv', '--quota', '9000/300', '--wait', '0', '--yes']);
  await until(() => outcomesOf(workspace) > 0, 'the first to be at work');
  const second = await workspace.run(APPLY);
  expect(second.code).toBe(75);
  expect(second.stderr).toContain(`process ${first.child.pid}`);
  const status = await workspace.run(['status']);
  expect(status.stdout).toContain(`running (process ${first.child.pid})`);
  first.child.kill('SIGINT');
  await first.finished;
});

it('an API that cannot be reached ends the plan with one sentence and nothing sent', async () => {
  const workspace = await workspaceWith({ hostnames: activeHostnames(1) });
  await workspace.file('m.csv', metadataManifest(names(1)));
  const { code, stderr } = await workspace.run(APPLY, { env: { CLOUDFLARE_BASE_URL: 'http://127.0.0.1:9/client/v4' } });
  expect(code).toBe(3);
  expect(stderr).toContain('connection to the API failed');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(workspace.batches()).toEqual([]);
});

it('somebody else who uses up the quota stops the lane before the API would refuse it', async () => {
  const all = names(60);
  const rate_limit = { quota: 100, window_ms: 6_000, block_ms: 6_000 };
  const workspace = await workspaceWith({ hostnames: activeHostnames(all.length), rate_limit });
  await workspace.file('m.csv', metadataManifest(all));
  const { finished } = workspace.start(['apply', 'm.csv', '--quota', '3000/300', '--wait', '0', '--yes']);
  await until(() => outcomesOf(workspace) >= 5, 'some outcomes');
  const authorization = `Bearer ${workspace.api.token}`;
  const list = `${workspace.api.url}/zones/${workspace.api.zones[0]?.id}/custom_hostnames?per_page=5`;
  let remaining = Number.POSITIVE_INFINITY;
  while (remaining > 4) {
    const { headers } = await fetch(list, { headers: { authorization } });
    remaining = Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
  }
  const { code, stderr } = await finished;
  expect(code, stderr).toBe(0);
  expectEachAppliedOnce(workspace, all.length);
  expect(workspace.api.judge().rejected).toEqual({});
  expect(workspace.batchFile('ledger.jsonl')).toContain('CF_QUOTA_ALMOST_EMPTY');
});
