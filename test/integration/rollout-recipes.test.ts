import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { splitCommand } from '../../src/bundles/split-command.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const page = readFileSync(new URL('../../docs/rollouts.md', import.meta.url), 'utf8');
const names = Array.from({ length: 240 }, (_, at) => `shop-${at + 1}.acme-store.net`);
const manifest = (tier: string) =>
  `hostname,custom_metadata.tier\n${names.map((name) => `${name},${tier}\n`).join('')}`;

/** The commands of the section with this head, each as its words. */
function commandsOf(head: string): string[][] {
  const [, section = ''] = page.split(new RegExp(`^#+ ${head}$`, 'm'));
  const blocks = [...(section.split(/^#/m)[0] ?? '').matchAll(/```\w+\n(.*?)```/gs)].map(([, block = '']) => block);
  return [...blocks.join('').matchAll(/hostroll ([a-z]+ .+?)(?='?$|\s+#)/gm)].map(([, words = '']) =>
    (splitCommand(words) ?? []).map((word) => word.replace(/^\d{8}-\d{6}-.*/, 'latest')),
  );
}

it('the recipes of docs/rollouts.md do what they say, as they are written', { timeout: 120_000 }, async () => {
  const desk = await workspaceWith({
    zones: [{ id: 'a'.repeat(32), name: 'acme-store.net' }],
    hostnames: names.map((hostname) => ({ hostname, ssl: {}, custom_metadata: { tier: 'bronze' } })),
  });
  const tiers = () => new Set(names.map((name) => desk.api.hostname(name)?.custom_metadata?.tier));
  const edits = () => desk.api.judge().calls.edit;
  /** Three of the first ten, which is more than a wave may have. */
  const poison = () =>
    desk.api.addFaults({ match: { kind: 'edit' }, times: 3, effect: { type: 'api_error', code: 1434 } });

  const [byHand = []] = commandsOf('A canary by hand');
  await desk.file('migrate.csv', manifest('gold'));
  poison();
  const asked: [question: string, edits: number][] = [];
  const answer = (question: string) => {
    asked.push([question, edits()]);
    return 'yes';
  };
  const canary = await desk.run([...byHand, ...FAST, '--wait', '0'], { answer });
  expect(asked).toEqual([
    [expect.stringContaining('Send 240 edits?'), 0],
    ['Begin the next wave? Type "yes" to go on: ', 10],
  ]);
  expect(canary.stderr.replaceAll('\n', ' ')).toMatch(
    /wave 1 of 3: 10 rows, 7 edited \(7 active.*3 failed; 3 of 10 rows/,
  );
  expect([canary.code, edits()]).toEqual([2, 240]);

  const [unwatched = [], go = [], resume = []] = commandsOf('A canary that nobody watches');
  await desk.file('migrate.csv', manifest('silver'));
  poison();
  const held = await desk.run([...unwatched, ...FAST, '--wait', '0']);
  expect([held.code, edits(), held.stdout]).toEqual([3, 250, expect.stringContaining('WAVE_HELD')]);
  expect(held.stdout).toContain('3 of 10 rows');
  expect((await desk.run(go)).stdout).toContain('is told to go on');
  expect((await desk.run([...resume, ...FAST])).code).toBe(2);
  expect(edits()).toBe(480);

  const [dry = [], undo = [], merged = []] = commandsOf('Undo');
  expect((await desk.run(dry)).code).toBe(0);
  expect(edits()).toBe(480);
  expect((await desk.run([...undo, ...FAST, '--wait', '0'])).code).toBe(0);
  expect((await desk.run(merged)).stdout).toMatch(/237/);
  // Those that failed the first time have never been golden.
  expect([...tiers()].sort()).toEqual(['bronze', 'gold']);

  const [freeze = []] = commandsOf('Freeze at 18:00');
  await desk.file('migrate.csv', manifest('copper'));
  const before = edits();
  const running = desk.run(['apply', 'migrate.csv', '--quota', '6000/300', '--wait', '0', '--yes']);
  await expect.poll(() => edits(), { timeout: 30_000 }).toBeGreaterThan(before + 3);
  expect((await desk.run(freeze)).stdout).toMatch(/is paused until (.* )?08:00:00 UTC; no call is made/);
  const frozen = edits();
  expect((await desk.run(['status', 'latest'])).stdout).toMatch(/evening freeze.*08:00:00/);
  expect(edits()).toBe(frozen);
  await desk.run(['cancel', 'latest']);
  expect((await running).code).toBe(3);
});
