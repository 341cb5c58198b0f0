import { expect, it } from 'vitest';
import { type ClusterProcess, clusterOn } from '../support/cluster.ts';
import { diesOf } from '../support/dies-of.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';
import { jobsLeft } from '../support/true-end.ts';
import { until } from '../support/workspace.ts';
import { say } from './seed.ts';

/** Five deaths, each of which is noticed when the locks of the dead have run out. */
const TIME = { timeout: 420_000 };

it.each(serversFor('a row that kills its workers', [REDIS, POSTGRES_SERVER], { mayShare: false }))(
  'a row that kills every worker which takes it is given up after five deaths, on $name',
  TIME,
  async (kind) => {
    const on = await clusterOn({ kind, rows: 60, quota: '3000/300', api: {} });
    const fatal = on.names[30] ?? '';
    const env = diesOf(on.api.hostname(fatal)?.id ?? '');
    const started = Date.now();
    let deaths = 0;
    let over = false;
    /** A supervisor: a process that dies is started again. Resolves with one that ended by itself. */
    const supervised = async (start: () => ClusterProcess, again: () => ClusterProcess): Promise<ClusterProcess> => {
      const one = start();
      if ((await one.ended) !== null || over) return one;
      deaths++;
      return supervised(again, again);
    };
    const work = () => on.work({ env });
    void supervised(work, work);
    const end = await supervised(
      () => on.apply({ env }),
      () => on.resume({ env }),
    );
    over = true;
    expect(await end.ended, end.said()).toBe(2);
    say(JSON.stringify({ backend: kind.name, deaths, seconds: Math.round((Date.now() - started) / 1_000) }));
    const outcomes = on.ledger().filter(({ type }) => type === 'outcome');
    expect(outcomes.filter(({ outcome }) => outcome === 'edited')).toHaveLength(59);
    expect(outcomes.filter(({ outcome }) => outcome === 'gave_up')).toMatchObject([{ row: 31, code: 'WORKERS_DIED' }]);
    expect(on.api.calls(fatal).filter(({ kind: call }) => call === 'edit')).toHaveLength(1);
    await until(async () => Object.values(await jobsLeft(on)).every((count) => count === 0), 'the queues to be empty');
  },
);
