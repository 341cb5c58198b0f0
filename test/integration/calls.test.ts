import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { seedHostnames } from '../../src/sandbox/seed-hostnames.ts';
import { workspaceWith } from '../support/workspace.ts';

it.each([
  ['one page', 300, 1_000, 8],
  ['pages of 50', 1_000, 50, 5],
])(
  'a manifest that covers its zone costs at most 1.05 calls per edited hostname, with %s',
  { timeout: 120_000 },
  async (_, rows, per_page_max, wait) => {
    const names = Array.from({ length: rows }, (_, at) => `shop-${at + 1}.acme-store.net`);
    // Nothing reaches them, and nobody publishes a token: none is validated, however long a slow machine takes.
    const dns = { '*': { token_after_ms: null, routed_after_ms: null } };
    const workspace = await workspaceWith({
      hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
      dns,
      knobs: { per_page_max },
    });
    await workspace.file('m.csv', `hostname,ssl.method\n${names.map((name) => `${name},txt`).join('\n')}\n`);
    const { code } = await workspace.run(['apply', 'm.csv', '--quota', '150000/300', '--wait', `${wait}s`, '--yes']);
    expect(code).toBe(0);
    const { counts, calls, settled } = workspace.report();
    expect(counts.edited).toBe(rows);
    expect(settled).toMatchObject({ pending: rows });
    expect(calls.total).toBe(workspace.api.judge().calls.all);
    expect(calls.total / counts.edited).toBeLessThanOrEqual(1.05);
    const validating = workspace.report().pending_dcv.filter(({ ssl_status }) => ssl_status === 'pending_validation');
    expect(validating.length).toBeGreaterThan(rows / 2);
    expect(validating.every(({ records }) => records.length > 0)).toBe(true);
  },
);

it('the example of the demo names the hostnames that the simulator invents', () => {
  const manifest = readFileSync(fileURLToPath(new URL('../../examples/migrate-to-txt.csv', import.meta.url)), 'utf8');
  const rows = manifest.trimEnd().split('\n').slice(1);
  const names = new Set([...seedHostnames({ count: 300, seed: 1 })].map(({ hostname }) => hostname));
  expect(rows).toHaveLength(300);
  expect(rows.filter((row) => !names.has(row.split(',')[0] ?? ''))).toEqual(['www.not-a-customer.net,txt']);
});
