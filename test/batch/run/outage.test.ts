import { expect, it, onTestFinished } from 'vitest';
import { CloudflareClient } from '../../../src/cloudflare/client.ts';
import { CALLS, type CallMade } from '../../../src/lane/calls-channel.ts';
import { Clock } from '../../../src/sandbox/clock.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { MINUTE, SECOND } from '../../../src/terms.ts';
import { hostnameOf, idOf, planRow, ZONE } from '../ledger/batch-folder.ts';
import { batchOf } from './batch-in-memory.ts';
import { laneInVirtualTime } from './lane-in-virtual-time.ts';

const ROWS = 60;
const rows = Array.from({ length: ROWS }, (_, at) => at + 1);

it('ten minutes of 5xx hold the lane, cost single calls, lose no row and fail none, and end by themselves', async () => {
  const clock = new Clock({ speed: 0 });
  const api = await startSandbox({
    ...{ plan: 'enterprise', no_limits: true, clock, zones: [{ id: ZONE, name: 'acme-saas.net' }] },
    hostnames: rows.map((row) => ({ hostname: hostnameOf(row), id: idOf(row), ssl: {} })),
  });
  const client = new CloudflareClient({ baseUrl: api.url, credential: { kind: 'token', token: api.token } });
  onTestFinished(async () => {
    await client.close();
    await api.close();
  });
  const { run, events } = await batchOf(ROWS, [], {
    of: (row) => planRow(row, { body: { custom_metadata: { tier: 'gold' } }, before: { custom_metadata: null } }),
  });
  /** When each call began; the process may be making others, of other tests. */
  const made: number[] = [];
  const tell = ({ request, started }: CallMade) => {
    if (request?.url.startsWith(api.url)) made.push(started);
  };
  CALLS.subscribe(tell as () => void);
  onTestFinished(() => void CALLS.unsubscribe(tell as () => void));
  let [begins, ends] = [0, Number.POSITIVE_INFINITY];
  const weather = () => {
    if (begins === 0 && api.judge().applied.size >= 20) {
      begins = clock.now();
      ends = begins + 10 * MINUTE;
      // Half of the edits take effect behind their 5xx.
      api.addFaults(
        { match: { kind: 'edit', share: 0.5 }, effect: { type: 'status', status: 502, body: 'html', when: 'after' } },
        { effect: { type: 'status', status: 503 } },
      );
    }
    if (clock.now() < ends) return;
    ends = Number.POSITIVE_INFINITY;
    api.clearFaults();
  };
  expect(await run(laneInVirtualTime(client, clock, weather), { now: () => clock.now() })).toBe(0);
  const { applied, blind_repeats, unread_repeats } = api.judge();
  expect([...applied.values()]).toEqual(Array(ROWS).fill(1));
  expect([blind_repeats, unread_repeats]).toEqual([[], []]);
  const outcomes = (await events()).flatMap((event) => (event.type === 'outcome' ? [event.outcome] : []));
  expect(outcomes).toEqual(Array(ROWS).fill('edited'));
  // The lane says why it makes no calls.
  const coolings = (await events()).flatMap((event) => (event.type === 'cooling' ? [event.reason] : []));
  expect(new Set(coolings)).toEqual(new Set(['API_UNREACHABLE']));
  const calls = made.map((at) => at - begins).filter((at) => at > 10 * SECOND);
  const during = calls.filter((at) => at < 10 * MINUTE);
  expect(during.length).toBeGreaterThan(5);
  expect(during.length).toBeLessThan(25);
  for (const [n, at] of during.entries()) expect(at - (during[n - 1] ?? 0)).toBeGreaterThan(4 * SECOND);
  // Back within a minute, and then at its own pace.
  const after = calls.filter((at) => at >= 10 * MINUTE);
  expect((after[0] ?? 0) - 10 * MINUTE).toBeLessThanOrEqual(MINUTE);
  expect((after.at(-1) ?? 0) - (after[0] ?? 0)).toBeLessThan(30 * SECOND);
});
