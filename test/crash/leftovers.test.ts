import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openQueueBackend } from '../../src/queue/open-queue.ts';
import { jobsIn } from '../support/servers/jobs-in.ts';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 150 }, (_, at) => `shop-${at + 1}.acme-store.net`);
const manifest = (tier: string) =>
  `hostname,custom_metadata.tier\n${names.map((name) => `${name},${tier}`).join('\n')}\n`;

/** Resolves when a server of this process has been asked for a list page, which the simulator counts when it is answered. */
const askedForPage = (): Promise<void> =>
  new Promise((resolve) => {
    const arrives = (message: unknown) => {
      if (!/custom_hostnames\?/.test((message as { request: IncomingMessage }).request.url ?? '')) return;
      unsubscribe('http.server.request.start', arrives);
      resolve();
    };
    subscribe('http.server.request.start', arrives);
  });

async function killedBatch(): Promise<{ workspace: Workspace; batch: string; edits: number }> {
  const workspace = await workspaceWith({
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
    latency: { min_ms: 20, max_ms: 60 },
  });
  await workspace.file('m.csv', manifest('gold'));
  const { child, finished } = workspace.start(['apply', 'm.csv', '--quota', '6000/300', '--wait', '0', '--yes']);
  await until(() => outcomesOf(workspace) >= 20 || child.exitCode !== null, 'some outcomes');
  child.kill('SIGKILL');
  await finished;
  // Calls that were under way, of 60 ms at most, have ended when another command has run.
  expect((await workspace.run(['status'])).stdout).toContain('unfinished');
  return { workspace, batch: workspace.batches().at(-1) ?? '', edits: workspace.api.judge().calls.edit };
}

it('what a killed batch left in the queue is not sent by a command that only reads', async () => {
  const { workspace, batch, edits } = await killedBatch();
  expect((await workspace.run(['plan', 'm.csv', ...FAST])).code).toBe(0);
  expect(workspace.api.judge().calls.edit).toBe(edits);
  expect((await workspace.run(['resume', batch, ...FAST])).code).toBe(0);
  const { applied, unread_repeats, blind_repeats } = workspace.api.judge();
  expect(applied.size).toBe(names.length);
  expect([unread_repeats, blind_repeats]).toEqual([[], []]);
  expect([...applied.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(50);
});

it('what a killed batch left in the queue is not sent behind the back of a newer batch', async () => {
  const { workspace, batch } = await killedBatch();
  await workspace.file('newer.csv', manifest('silver'));
  expect((await workspace.run(['apply', 'newer.csv', ...FAST, '--wait', '0', '--yes'])).code).toBe(0);
  expect(new Set(names.map((name) => workspace.api.hostname(name)?.custom_metadata?.tier))).toEqual(
    new Set(['silver']),
  );
  expect((await workspace.run(['status'])).stdout).toMatch(new RegExp(`${batch}.*\\sunfinished`));
});

it('what a command left in the queue that was killed while it planned is gone after the next one', async () => {
  const hostnames = names.map((hostname) => ({ hostname, ssl: {} }));
  const faults = [{ match: { kind: 'list', nth: 1 }, effect: { type: 'hang', when: 'before' } }] as const;
  const workspace = await workspaceWith({ hostnames, faults: [...faults] });
  await workspace.file('m.csv', manifest('gold'));
  const asked = askedForPage();
  const { child, finished } = workspace.start(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes']);
  await Promise.race([asked, finished]);
  child.kill('SIGKILL');
  await finished;
  const left = async () => {
    const backend = await openQueueBackend(`embedded:${join(workspace.folder, '.hostroll', 'queue')}`, 'test');
    const all = await Promise.all(['lane-default', 'leases'].map((name) => jobsIn(backend, name)));
    await backend.close();
    return all;
  };
  expect(await left()).toEqual([1, 1]);
  expect((await workspace.run(['plan', 'm.csv', ...FAST])).code).toBe(0);
  expect(await left()).toEqual([0, 0]);
});
