import { describe, expect, it } from 'vitest';
import { type Cluster, clusterOn } from '../support/cluster.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';
import { SHORT, say } from './seed.ts';

const PROCESSES = SHORT ? 4 : 8;
const ROWS = SHORT ? 150 : 900;
const QUOTA = SHORT ? { calls: 60, windowMs: 3_000 } : { calls: 300, windowMs: 10_000 };
/** The call that is answered with 429. */
const REFUSED = SHORT ? 60 : 300;
const SHARE = 0.8;
const TIME = { timeout: 300_000 };

/** Runs the batch with `processes` that call, the coordinator among them; they stand idle before it begins. */
async function carriedOut(on: Cluster, processes: number): Promise<void> {
  const workers = Array.from({ length: processes - 1 }, () => on.work());
  await Promise.all(workers.map((worker) => worker.says('Working for')));
  const applying = on.apply();
  expect(await applying.ended, applying.said()).toBe(0);
}

const edits = (on: Cluster) =>
  on.names.flatMap((name) => on.api.calls(name).filter(({ kind }) => kind === 'edit')).sort((a, b) => a.at - b.at);

/** One process alone is the subject of other tests that every change runs. */
const KINDS = SHORT ? [REDIS, POSTGRES_SERVER] : [EMBEDDED, REDIS, POSTGRES_SERVER];

describe.each(serversFor('the budget', KINDS, { mayShare: false }))('on $name', (kind) => {
  const several = SHORT ? [PROCESSES] : [2, PROCESSES];
  const numbers = kind.name === 'embedded' ? [1] : [1, ...several];

  it.each(numbers)('%i processes keep to the quota, and use their share of it', TIME, async (processes) => {
    const rate_limit = { quota: QUOTA.calls, window_ms: QUOTA.windowMs, block_ms: QUOTA.windowMs };
    const on = await clusterOn({
      kind,
      rows: ROWS,
      quota: `${QUOTA.calls}/${QUOTA.windowMs / 1_000}`,
      api: { rate_limit },
    });
    await carriedOut(on, processes);
    const { peak, rejected, applied } = on.api.judge(QUOTA.windowMs);
    const times = edits(on).map(({ at }) => at);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    const used = ROWS / seconds / ((QUOTA.calls * SHARE) / (QUOTA.windowMs / 1_000));
    say(
      JSON.stringify({ backend: kind.name, processes, peak, quota: QUOTA.calls, share_used: Number(used.toFixed(3)) }),
    );
    expect(rejected).toEqual({});
    expect(peak).toBeLessThanOrEqual(QUOTA.calls);
    expect(applied.size).toBe(ROWS);
  });

  it('a 429 that one process sees stops all, within one call of each', TIME, async () => {
    const processes = numbers.at(-1) ?? 1;
    const retry_after = 5;
    const faults = [{ match: { kind: 'edit', nth: REFUSED }, effect: { type: 'rate_limit', retry_after } }] as const;
    const on = await clusterOn({
      kind,
      rows: ROWS,
      quota: SHORT ? '9000/300' : '15000/300',
      api: { faults: [...faults] },
    });
    await carriedOut(on, processes);
    const calls = edits(on);
    const refusedAt = calls.find(({ status }) => status === 429)?.at ?? Number.NaN;
    const meanwhile = calls.filter(({ at }) => at > refusedAt && at < refusedAt + retry_after * 1_000 - 100).length;
    say(JSON.stringify({ backend: kind.name, processes, calls_after_a_429: meanwhile }));
    expect(meanwhile).toBeLessThanOrEqual(processes);
    const afterwards = calls.filter(({ at }) => at >= refusedAt + retry_after * 1_000 - 100).length;
    expect(afterwards).toBeGreaterThan(50);
    expect(on.api.judge().applied.size).toBe(ROWS);
  });
});
