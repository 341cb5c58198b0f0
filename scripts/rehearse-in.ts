import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { BatchFile } from '../src/batch/ledger/batch-file.ts';
import { foldBatch } from '../src/batch/ledger/batch-fold.ts';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import type { PlanRow } from '../src/batch/ledger/plan-row.ts';
import type { Intake } from '../src/batch/plan/intake.ts';
import type { SnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { runBatch } from '../src/batch/run/run-batch.ts';
import type { Config } from '../src/config/config.ts';
import { type LaneConfig, ONLY_LANE } from '../src/config/lanes.ts';
import { readJsonLines } from '../src/disk/json-lines.ts';
import type { LaneLimit } from '../src/lane/budget.ts';
import { assumptionsOf } from '../src/rehearsal/assumptions.ts';
import { loadSnapshots } from '../src/rehearsal/load-snapshots.ts';
import { outlookOf } from '../src/rehearsal/outlook.ts';
import type { Rehearsal } from '../src/rehearsal/rehearsal.ts';
import type { Customers } from '../src/rehearsal/sandbox-hostname.ts';
import { StateWatch, WatchedClock } from '../src/rehearsal/state-watch.ts';
import { readReport } from '../src/report/files/write-report.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import { type CustomHostnameId, HostrollError, SECOND, type ZoneId } from '../src/terms.ts';
import { budgetPerSecond, type Engine, startEngine, thisProcess } from './engine.ts';
import { type Preparation, planOn } from './prepare-batch.ts';

/** Calls a second that the embedded queue makes about, with the simulator in the same process. */
export const ENGINE_PACE = 100;
/** As good as none: how fast a rehearsal goes says nothing, since its clock goes by calls. */
const UNHURRIED: LaneLimit = { max: 1_000, durationMs: SECOND };
/** Looks at the states while the clock goes on: many enough to find a peak, few enough to cost little. */
const LOOKS = 400;
/** Steps in which the clock is moved on while a batch waits. */
const STEPS_PER_WAIT = 12;

export interface RehearsalInput {
  files: readonly SnapshotFile[];
  zones: readonly ZoneId[];
  customers: Customers;
}

/**
 * Carries out a batch that has been read in, against a simulator that holds the snapshots; all in the folder `state`.
 * The simulator's clock goes by the budget: each call takes the time that one call has in it, and waiting moves it on, so
 * that what comes out does not depend on this machine.
 */
export async function rehearseIn(
  state: string,
  given: Preparation,
  intake: Intake,
  { files, zones, customers }: RehearsalInput,
): Promise<Rehearsal> {
  const { interrupt } = given;
  const lanes = lanesOf(given.config.lanes, files);
  const rate = budgetPerSecond(lanes);
  const callMs = SECOND / rate;
  let watch: StateWatch | undefined;
  const clock = new WatchedClock({ speed: 0, per_call_ms: callMs }, (now) => watch?.reached(now));
  const zoneOptions = files.map(({ header }) => ({
    id: header.zone_id,
    name: header.zone_name ?? `zone-${header.zone_id.slice(0, 8)}.net`,
  }));
  const sandbox = await startSandbox({ zones: zoneOptions, clock });
  let engine: Engine | undefined;
  try {
    const leftOut = await loadSnapshots(files, sandbox, customers);
    const config = configFor(sandbox, given.config, state, zones);
    const started = await startEngine(config, {
      command: 'hostroll rehearse',
      ...(given.keyring === undefined ? {} : { keyring: given.keyring }),
    });
    engine = { ...started, lanes: started.lanes.map((lane) => ({ ...lane, limit: UNHURRIED })) };
    const preparation = { ...given, config };
    const start = clock.now();
    const { file } = await planOn(engine, preparation, intake);
    const planned = clock.now();
    watch = await watchOf(sandbox, preparation, file, { start, callMs });
    watch.look(planned);
    const settling = await run(engine, preparation, file, clock);
    if (interrupt.aborted) throw new HostrollError('INTERRUPTED', 'The rehearsal was interrupted; nothing was sent.');
    const end = clock.now();
    watch.look(end);
    const seen = { pending_validations: watch.pending(), timeline: watch.timeline() };
    watch = undefined;
    const phases = { snapshot_ms: planned - start, editing_ms: settling - planned, settling_ms: end - settling };
    return {
      ...(await predicted(preparation.folder, sandbox)),
      ...seen,
      zones: files.map(({ header }) => ({
        zone_id: header.zone_id,
        zone_name: header.zone_name ?? null,
        taken_at: header.taken_at,
        hostnames: header.hostnames,
        left_out: leftOut.get(header.zone_id) ?? 0,
      })),
      customers,
      budget: {
        calls_per_second: rate,
        lanes: lanes.map(({ name, share, quota }) => ({
          name,
          share,
          quota: { calls: quota.calls, window_seconds: quota.windowSeconds },
        })),
      },
      wait_ms: config.waitMs,
      duration_ms: end - start,
      phases,
      assumptions: assumptionsOf(customers, { leftOut: [...leftOut.values()].reduce((sum, count) => sum + count, 0) }),
    };
  } finally {
    await engine?.close();
    await sandbox.close();
  }
}

/** The lanes of the rehearsed zones; where a zone's credential cannot be told by the snapshot, all of them. */
function lanesOf(all: readonly LaneConfig[], files: readonly SnapshotFile[]): readonly LaneConfig[] {
  const ofZones = files.map(({ header: { zone_id, zone_name } }) =>
    all.find(({ zones }) => zones.includes(zone_id) || (zone_name !== undefined && zones.includes(zone_name))),
  );
  return ofZones.includes(undefined) ? all : all.filter((lane) => ofZones.includes(lane));
}

/** The caller's configuration, leading to the simulator and to a queue of its own. */
const configFor = (sandbox: Sandbox, config: Config, state: string, zones: readonly ZoneId[]): Config => ({
  ...config,
  state,
  zones: [...zones],
  queue: `embedded:${join(state, 'queue')}`,
  baseUrl: sandbox.url,
  lanes: [
    {
      name: ONLY_LANE,
      credential: { kind: 'token', token: sandbox.token },
      zones: [],
      quota: { calls: 1_000, windowSeconds: 1 },
      share: 1,
    },
  ],
  logFile: join(state, 'hostroll.log'),
});

async function watchOf(
  { statuses }: Sandbox,
  { folder, progress, config }: Preparation,
  { manifest }: BatchFile,
  { start, callMs }: { start: number; callMs: number },
): Promise<StateWatch> {
  const ids: CustomHostnameId[] = [];
  for await (const { value } of readJsonLines<PlanRow>(folder.plan)) {
    const { decision, custom_hostname_id: id } = value;
    if (id !== undefined && (decision === 'edit' || decision === 'recheck')) ids.push(id);
  }
  const everyMs = Math.max(SECOND, (ids.length * callMs + config.waitMs) / LOOKS);
  const rowsDone = () => {
    if (progress.phase === 'editing') return progress.rows.done;
    return progress.phase === 'settling' ? manifest.rows : 0;
  };
  return new StateWatch({ statuses, ids, rowsDone, everyMs, start });
}

/** Runs the planned batch; resolves with the virtual time at which it began to settle. */
async function run(
  engine: Engine,
  { config, folder, progress, interrupt }: Preparation,
  file: BatchFile,
  clock: Sandbox['clock'],
): Promise<number> {
  let settling: number | undefined;
  const parts = { folder, file, progress, interrupt, window: config.window, process: thisProcess };
  await runBatch({
    ...engine,
    ...parts,
    now: clock.now,
    async sleep(ms, stop) {
      settling ??= clock.now();
      for (let step = 0; step < STEPS_PER_WAIT && !stop.aborted; step++) {
        clock.advance(ms / STEPS_PER_WAIT);
        await turn();
      }
    },
  });
  return settling ?? clock.now();
}

/** What the ledger and the simulator tell once the batch has run. */
async function predicted({ path }: BatchFolder, sandbox: Sandbox) {
  const { manifest, calls, counts, exit_code, errors } = await readReport(path);
  const { settled, customers_to_act, failing } = await outlookOf(await foldBatch(path), sandbox);
  const would_fail = { rows: failing.length, codes: errors, hostnames: failing };
  return { manifest, calls, rows: counts, exit_code, settled, customers_to_act, would_fail };
}
