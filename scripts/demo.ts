import { rm } from 'node:fs/promises';
import { packageFile } from '../src/disk/package-file.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { fitted } from '../src/text/text-layout.ts';
import { leaveInterruptToBatch, runHostroll } from './run-demo.ts';
import type { AddCommand } from './shell.ts';

/** The seed that `examples/` was made from; `hostroll sandbox` uses the same by default. */
const SEED = 1;
const HOSTNAMES = 300;
const STATE = '.hostroll/demo';

/** `hostroll demo`: shows the main job, on this machine alone. */
export const demoCommand: AddCommand = (program, { terminal }, exit) => {
  program
    .command('demo')
    .addHelpText('after', '\nTakes about half a minute, needs no credential, and leaves its files in .hostroll/demo.')
    .action(async () => exit(await demo((lines) => terminal.out(fitted(lines.join('\n'), terminal.width)))));
};

/**
 * A simulator on loopback with 300 hostnames and some faults, and `hostroll apply` run against it as a
 * person would, in a process of its own. Takes well under a minute.
 */
async function demo(say: (lines: readonly string[]) => void): Promise<number> {
  const api = await startSandbox({
    plan: 'enterprise',
    no_limits: true,
    seed: SEED,
    seeds: [{ count: HOSTNAMES, seed: SEED }],
    latency: { min_ms: 20, max_ms: 120 },
    faults: [
      { match: { kind: 'edit' }, probability: 0.03, effect: { type: 'status', status: 502, body: 'html' } },
      { match: { kind: 'edit', nth: 40 }, effect: { type: 'reset', when: 'after' } },
      { match: { kind: 'edit', nth: 90 }, effect: { type: 'rate_limit', retry_after: 3 } },
      { match: { kind: 'edit', share: 0.01 }, effect: { type: 'api_error', code: 1434 } },
    ],
  });
  await rm(STATE, { recursive: true, force: true });
  const manifest = packageFile('examples/migrate-to-txt.csv');
  const args = ['apply', manifest, '--state', STATE, '--quota', '12000/300', '--wait', '8s', '--yes'];
  say([
    `A simulator of the API with ${HOSTNAMES} custom hostnames listens on ${api.url}.`,
    'It drops some connections, answers 502 now and then, and 429 once. Running against it:',
    '',
    '  hostroll apply examples/migrate-to-txt.csv --quota 12000/300 --wait 8s --yes',
    '',
  ]);
  leaveInterruptToBatch();
  const code = await runHostroll(api, args);
  const { calls, applied, unread_repeats } = api.judge();
  await api.close();
  const twice = [...applied.values()].filter((count) => count > 1).length;
  say([
    '',
    `The simulator's own count: ${calls.edit} PATCHes, ${applied.size} hostnames changed, ${twice} of them more than once, ${unread_repeats.length} repeated without a read before.`,
    `The files are in ${STATE}/batches. Exit code ${code}: 2 says that some rows failed, as they should here.`,
    '',
    'On a zone of your own, begin with a plan; it sends nothing:',
    '',
    '  export CLOUDFLARE_API_TOKEN=…   # with "SSL and Certificates: Edit"',
    '  npx hostroll plan your.csv --zone your-zone.com',
  ]);
  const expected = code === 0 || code === 2;
  return expected ? 0 : (code ?? 1);
}
