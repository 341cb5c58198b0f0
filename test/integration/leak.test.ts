import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleFlags, makePair } from '../support/pair.ts';
import { leakIn, leakingFiles, windowsOf } from '../support/planted.ts';
import { outcomesOf, until, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 60 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('finds what is planted, in clear and in other encodings', async () => {
  const { key } = makePair('*.acme-store.net').ec;
  const windows = windowsOf([key]);
  const line = key.split('\n')[1] ?? '';
  for (const text of [line.slice(3, 30), Buffer.from(`x${line}`).toString('base64'), Buffer.from(line).toString('hex')])
    expect(leakIn(Buffer.from(`{"log":"${text}"}`), windows), text).toBeDefined();
  expect(leakIn(Buffer.from('{"event":"started"}'), windows)).toBeUndefined();
});

it('leaves no key and no token behind: success, refusals that repeat the body, 5xx, kill -9, Ctrl-C, debug log', async () => {
  const workspace = await workspaceWith(
    {
      hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
      latency: { min_ms: 20, max_ms: 60 },
      faults: [
        { match: { kind: 'edit', share: 0.2 }, effect: { type: 'echo', status: 400 } },
        { match: { kind: 'edit', nth: 5 }, effect: { type: 'echo', status: 500 } },
        { match: { kind: 'edit', nth: 9 }, effect: { type: 'status', status: 502, body: 'html' } },
        { match: { kind: 'edit', nth: 13 }, effect: { type: 'reset', when: 'after' } },
      ],
    },
    { ownQueue: true },
  );
  const pair = makePair('*.acme-store.net');
  const flags = await bundleFlags(workspace, 'acme', pair);
  await workspace.file('m.csv', `hostname,bundle\n${names.map((name) => `${name},acme`).join('\n')}\n`);
  const debug = ['--log-level', 'debug', '--quota', '6000/300'];
  const said: string[] = [];
  const broken = async (args: string[], outcomes: number, signal: NodeJS.Signals) => {
    const { child, finished } = workspace.start(args);
    await until(() => outcomesOf(workspace) >= outcomes || child.exitCode !== null, `${outcomes} outcomes`);
    child.kill(signal);
    const { stdout, stderr } = await finished;
    said.push(stdout, stderr);
  };
  const windows = windowsOf([pair.rsa.key, pair.ec.key, workspace.api.token]);
  const state = join(workspace.folder, '.hostroll');
  await broken(['apply', 'm.csv', ...flags, ...debug, '--wait', '0', '--yes'], 5, 'SIGKILL');
  expect(leakingFiles(state, windows)).toEqual([]);
  await broken(['resume', 'latest', ...debug], 20, 'SIGINT');
  expect(leakingFiles(state, windows)).toEqual([]);
  const end = await workspace.run(['resume', 'latest', ...debug]);
  expect(end.code, end.stdout + end.stderr).toBe(2);
  expect(workspace.report().counts.failed).toBeGreaterThan(0);
  expect(leakingFiles(state, windows)).toEqual([]);
  expect(leakIn(Buffer.from([...said, end.stdout, end.stderr].join('\n')), windows)).toBeUndefined();
}, 170_000);
