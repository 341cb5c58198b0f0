import { expect, it } from 'vitest';
import type { SettledRow } from '../../src/batch/ledger/ledger-event.ts';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const HOSTNAMES = 1_000;
const ROWS = 15;

it('settling reads the list its rows wait in, says when what is too late, and ends at the end of the wait', async () => {
  const names = Array.from({ length: HOSTNAMES }, (_, at) => `shop-${at + 1}.acme-store.net`);
  const workspace = await workspaceWith({
    hostnames: names.map(
      (hostname): SandboxHostname => ({
        hostname,
        status: 'active',
        ssl: { status: 'active', method: 'http', wildcard: false, certificate_authority: 'lets_encrypt' },
        dns: { token_after_ms: null, routed_after_ms: null, ownership_after_ms: 0 },
      }),
    ),
    knobs: { per_page_max: 50, total_count: 'all' },
  });
  await workspace.file(
    'm.csv',
    `hostname,ssl.method\n${names
      .slice(-ROWS)
      .map((name) => `${name},txt\n`)
      .join('')}`,
  );
  expect((await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '12s', '--yes'])).code).toBe(0);
  const { calls, settled, pending_dcv, phases } = workspace.report();
  expect(settled).toMatchObject({ pending: ROWS });
  // No check has been made since their edit, so that nobody is to act.
  expect(phases.validating).toBe(ROWS);
  expect(calls.total).toBe(workspace.api.judge().calls.all);
  // Planning and the first look ask for a page of 1,000, which is refused, for one of 50, and then for each hostname by
  // itself; every later look is one page of the list that the hostnames wait in.
  const looks = workspace.batchFile('ledger.jsonl').split('"type":"settled"').length - 1;
  expect(looks).toBeGreaterThan(1);
  expect(calls.edit).toBe(ROWS);
  expect(calls.read).toBeLessThanOrEqual(2 * ROWS);
  expect(calls.list).toBeLessThanOrEqual(ROWS + 2 + 2 + 3);
  for (const { deadlines, who_acts } of pending_dcv) {
    expect(who_acts).toBe('cloudflare');
    expect(deadlines).toMatchObject({
      token_dies: { estimate: true },
      next_check: { estimate: false },
      hostname_lost: null,
    });
    const [dies, check] = [deadlines.token_dies?.at ?? '', deadlines.next_check?.at ?? ''].map((at) => Date.parse(at));
    expect((dies ?? 0) - (check ?? 0)).toBeGreaterThan(6 * 86_400_000);
  }
  const lines = workspace.batchFile('ledger.jsonl').trim().split('\n');
  const rows = lines.flatMap((line): SettledRow[] => JSON.parse(line).rows ?? []);
  expect(rows.every(({ phase }) => phase !== undefined)).toBe(true);
});
