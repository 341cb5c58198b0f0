import { expect, it } from 'vitest';
import { clusterOn } from '../support/cluster.ts';
import { killAgainAndAgain } from '../support/kill-again-and-again.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { EMBEDDED, POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';
import { expectTrueEnd, jobsLeft } from '../support/true-end.ts';
import { SEED, SHORT, say } from './seed.ts';

const KILLS = SHORT ? 3 : 20;
const ROWS = SHORT ? 600 : 5_000;
const BACKENDS = serversFor('kills', [EMBEDDED, REDIS, POSTGRES_SERVER], { mayShare: false });

it.each(BACKENDS)(
  `${KILLS} kills over ${ROWS} rows on $name (HOSTROLL_SEED=${SEED})`,
  {
    timeout: 1_200_000,
  },
  async (kind) => {
    say(`kills on ${kind.name}: HOSTROLL_SEED=${SEED}`);
    const started = Date.now();
    const api = { latency: { min_ms: 20, max_ms: 150 } };
    const on = await clusterOn({ kind, rows: ROWS, quota: '45000/300', api });
    const kills = await killAgainAndAgain(on, { kills: KILLS, workers: kind.name === 'embedded' ? 0 : 2, seed: SEED });
    const { applied, calls, blind_repeats, unread_repeats } = on.api.judge();
    const perHostname: Record<number, number> = {};
    for (const times of applied.values()) perHostname[times] = (perHostname[times] ?? 0) + 1;
    const outcomes = on.ledger().filter(({ type }) => type === 'outcome');
    const figures = {
      kills,
      rows: ROWS,
      outcomes: outcomes.length,
      rows_with_an_outcome: new Set(outcomes.map(({ row }) => row)).size,
      patches: calls.edit,
      hostnames_by_patches_applied: perHostname,
      reads: calls.read,
      repeats_without_a_read: blind_repeats.length + unread_repeats.length,
      jobs_left: await jobsLeft(on),
      seconds: Math.round((Date.now() - started) / 1_000),
    };
    say(JSON.stringify({ backend: kind.name, ...figures }));
    await expectTrueEnd(on);
    expect(kills.coordinators + kills.workers).toBe(KILLS);
  },
);
