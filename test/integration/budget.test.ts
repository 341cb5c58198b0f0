import { describe, expect, it } from 'vitest';
import { type Cluster, clusterOn } from '../support/cluster.ts';
import { POSTGRES_SERVER, REDIS, serversFor } from '../support/servers/found-servers.ts';

/** Starts the coordinator, which calls too, and as many workers beside it as make `processes` in all; waits for the end. */
async function carriedOut(on: Cluster, processes: number): Promise<void> {
  for (let worker = 1; worker < processes; worker++) on.work();
  const applying = on.apply();
  expect(await applying.ended, applying.said()).toBe(0);
}

const KINDS = serversFor('the budget over processes', [REDIS, POSTGRES_SERVER], { mayShare: false });

/** The soak has eight processes; here as many as start soon on two processors. */
describe.each(KINDS)('one lane on $name', (kind) => {
  it.each(kind.name === 'redis' ? [1, 4] : [2])(
    'never exceeds the quota in any window, with %i processes',
    async (processes) => {
      const rate_limit = { quota: 60, window_ms: 3_000, block_ms: 3_000 };
      const on = await clusterOn({ kind, rows: 100, quota: '60/3', api: { rate_limit } });
      await carriedOut(on, processes);
      const { applied, peak, rejected } = on.api.judge(3_000);
      expect(rejected).toEqual({});
      expect(peak).toBeLessThanOrEqual(60);
      expect(applied.size).toBe(100);
    },
  );

  it('a 429 that one of four processes sees stops them all, within one call of each', async () => {
    const retry_after = 3;
    const on = await clusterOn({
      kind,
      rows: 150,
      quota: '9000/300',
      api: { faults: [{ match: { kind: 'edit', nth: 60 }, effect: { type: 'rate_limit', retry_after } }] },
    });
    await carriedOut(on, 4);
    const calls = on.names.flatMap((name) => on.api.calls(name)).sort((a, b) => a.at - b.at);
    const refusedAt = calls.find(({ status }) => status === 429)?.at ?? Number.NaN;
    const meanwhile = calls.filter(({ at }) => at > refusedAt && at < refusedAt + retry_after * 1_000 - 100);
    expect(meanwhile.length).toBeLessThanOrEqual(4);
    expect(calls.filter(({ at }) => at >= refusedAt + retry_after * 1_000 - 100).length).toBeGreaterThan(50);
    expect(on.api.judge().applied.size).toBe(150);
  });
});
