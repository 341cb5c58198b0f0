import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import type { SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { type SettleParts, settle } from '../../../src/batch/settle/settle.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import { type CustomHostnameId, type Hostname, MINUTE, type Outcome, type ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';
import { FakeZones } from '../../support/fake-zones.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const START = Date.parse('2026-11-26T12:00:00.000Z');
const ZONES = ['a', 'b'].map((letter) => letter.repeat(32)) as ZoneId[];

const idOf = (row: number) => `id-${row}` as CustomHostnameId;
const live = (row: number, sslStatus: string, zone = ZONES[0] as ZoneId): LiveHostname =>
  shop({
    id: idOf(row),
    zone_id: zone,
    hostname: `shop-${row}.net` as Hostname,
    status: 'active',
    ssl: { status: sslStatus, method: 'txt', type: 'dv' },
  });
const planRow = (row: number, zone_id = ZONES[0] as ZoneId): PlanRow => ({
  ...{ row, decision: 'edit', effects: ['restarts_dcv'], lane: 'default', zone_id, custom_hostname_id: idOf(row) },
  ...{ hostname: `shop-${row}.net` as Hostname, body: { ssl: { method: 'txt' } }, before: { ssl: { method: 'http' } } },
});

/** Settles a batch of these rows, all of which have `outcome`; `atPass` may change the zones before each pass. */
async function settled(
  hostnames: LiveHostname[],
  given: Partial<SettleParts> & { outcome?: Outcome; atPass?: (pass: number, zones: FakeZones) => void } = {},
) {
  const { outcome = 'edited', atPass = () => {}, ...more } = given;
  const folder = await tempFolder();
  const [planPath, ledgerPath] = [join(folder, 'plan.jsonl'), join(folder, 'ledger.jsonl')];
  const plan = hostnames.map(({ zone_id }, at) => planRow(at + 1, zone_id));
  await writeFile(planPath, plan.map((row) => `${JSON.stringify(row)}\n`).join(''));
  let time = START;
  const now = () => time;
  const ledger = await Ledger.open(ledgerPath, plan.length, now);
  if (outcome !== 'unprocessed') {
    const answer = { type: 'outcome', outcome, status: 'active', ssl_status: 'pending_validation' } as const;
    await ledger.recordOutcomes(plan.map(({ row }) => ({ ...answer, row })));
  }
  const zones = new FakeZones(structuredClone(hostnames));
  const written: SettledRow[] = [];
  const passes: number[] = [];
  const parts: SettleParts = {
    ...{ planPath, rows: plan.length, lane: zones, waitMs: 10 * MINUTE, now },
    ledger: Object.assign(Object.create(ledger) as Ledger, {
      ...{ outcomeOf: ledger.outcomeOf.bind(ledger), settlementOf: ledger.settlementOf.bind(ledger) },
      ...{ shows: ledger.shows.bind(ledger), editedAt: ledger.editedAt.bind(ledger) },
      recordSettled: async (rows: SettledRow[]) => {
        written.push(...rows);
        await ledger.recordSettled(rows);
      },
    }),
    outcomes: ['edited', 'skipped'],
    stop: new AbortController().signal,
    sleep: async (ms) => {
      time += ms;
      atPass(passes.length + 1, zones);
    },
    onPass: (unsettled) => void passes.push(unsettled),
    ...more,
  };
  await settle(parts);
  await ledger.close();
  return { written, passes, made: zones.made, waitedMs: time - START };
}

const stateOf = (written: SettledRow[], row: number) => written.filter((each) => each.row === row).at(-1)?.settlement;

describe('settling', () => {
  it('ends as soon as every hostname is active, and says so of each', async () => {
    const { written, passes, waitedMs } = await settled(
      [live(1, 'pending_validation'), live(2, 'pending_validation')],
      {
        atPass: (pass, { hostnames }) => {
          for (const each of hostnames) if (pass === 3) each.ssl = { ...each.ssl, status: 'active' };
        },
      },
    );
    expect(passes).toEqual([2, 2, 2]);
    expect([stateOf(written, 1), stateOf(written, 2)]).toEqual(['active', 'active']);
    expect(waitedMs).toBeLessThan(MINUTE);
  });

  it('makes its last reading at the very end of the wait, and leaves what is pending as it is', async () => {
    const { written, waitedMs } = await settled([live(1, 'pending_validation')]);
    expect(waitedMs).toBe(10 * MINUTE);
    expect(stateOf(written, 1)).toBe('pending');
  });

  it('writes a state once, however often it is read, but for the checks that come next, which it says at the end', async () => {
    const { written, passes } = await settled([live(1, 'pending_validation')]);
    expect(passes.length).toBeGreaterThan(4);
    expect(written.length).toBeLessThanOrEqual(2);
    expect(written.at(-1)?.deadlines).toHaveProperty('next_check');
  });

  it('reads one hostname by itself, many by the pages of their zone', async () => {
    const all = Array.from({ length: 60 }, (_, at) => live(at + 1, 'pending_validation'));
    const one = await settled(all.slice(0, 1), { waitMs: 1 });
    expect(one.made).toEqual(['get id-1']);
    const many = await settled(all, { waitMs: 1 });
    expect(many.made).toEqual(['page 1', 'page 2']);
  });

  it('keeps zones apart', async () => {
    const hostnames = ZONES.flatMap((zone, at) => [1, 2].map((n) => live(2 * at + n, 'pending_validation', zone)));
    const { made, written } = await settled(hostnames, { waitMs: 1 });
    expect(made).toEqual(['page 1', 'page 1']);
    expect(written.map(({ row }) => row).sort()).toEqual([1, 2, 3, 4]);
  });

  it('passes over hostnames that are of no row, and rows whose hostname is gone', async () => {
    const { written } = await settled([live(1, 'pending_validation'), live(2, 'pending_validation')], {
      waitMs: 1,
      atPass: (_pass, { hostnames }) => {
        const [first] = hostnames;
        if (first !== undefined) first.id = idOf(9);
      },
    });
    expect(written.map(({ row }) => row)).toEqual([2]);
  });

  it('reads nothing where there is nothing to wait for', async () => {
    expect((await settled([live(1, 'active')], { waitMs: 0 })).made).toEqual([]);
    expect((await settled([live(1, 'active')], { outcome: 'failed' })).made).toEqual([]);
    expect((await settled([live(1, 'active')], { outcome: 'unprocessed' })).made).toEqual([]);
    expect((await settled([live(1, 'active')], { outcome: 'skipped', outcomes: ['edited'] })).made).toEqual([]);
  });

  it('ends when it is stopped', async () => {
    const stop = new AbortController();
    const { passes } = await settled([live(1, 'pending_validation')], {
      stop: stop.signal,
      atPass: (pass) => {
        if (pass === 2) stop.abort();
      },
    });
    expect(passes).toHaveLength(2);
  });
});
