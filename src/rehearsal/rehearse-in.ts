import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { foldBatch } from '../batch/ledger/batch-fold.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { openSnapshotFile, type SnapshotFile } from '../batch/plan/snapshot-file.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { warningText } from '../bundles/bundle-source.ts';
import type { Config } from '../config/config.ts';
import { type LaneConfig, ONLY_LANE } from '../config/lanes.ts';
import { budgetPerSecond, ownEngine } from '../coordinator/engine.ts';
import { type Manifest, planOn, readIn } from '../coordinator/plan-manifest.ts';
import { readZones, type ZoneReads } from '../coordinator/read-zones.ts';
import { type Planned, type Planning, planAndRun, type Screen, type Session } from '../coordinator/session.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import type { LaneLimit } from '../lane/budget.ts';
import { type Control, controlOf } from '../sandbox/control.ts';
import { newWorld } from '../sandbox/new-world.ts';
import { PLANS, type Plan } from '../sandbox/plans.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { SEAL_KEY_BYTES, sealKey } from '../secrets/seal-key.ts';
import { SealKeyring } from '../secrets/seal-keyring.ts';
import { type CustomHostnameId, HostrollError, SECOND, type ZoneId } from '../terms.ts';
import { assumptionsOf } from './assumptions.ts';
import { chosenZones } from './chosen-zones.ts';
import { loadSnapshots } from './load-snapshots.ts';
import { outlookOf } from './outlook.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { CustomersAsked } from './sandbox-hostname.ts';
import { StateWatch, WatchedClock } from './state-watch.ts';

/** Calls a second that the embedded queue makes about, with the simulator in the same process. */
const ENGINE_PACE = 100;
/** As good as none: how fast a rehearsal goes says nothing, since its clock goes by calls. */
const UNHURRIED: LaneLimit = { max: 1_000, durationMs: SECOND };
/** Looks at the states while the clock goes on: many enough to find a peak, few enough to cost little. */
const LOOKS = 400;
/** Steps in which the clock is moved on while a batch waits. */
const STEPS_PER_WAIT = 12;
const COMMAND = 'hostroll rehearse';

export interface RehearsalInput extends Required<Pick<Screen, 'show'>> {
  config: Config;
  manifest: Manifest;
  /** Snapshots to rehearse on; where there are none, the zones are read. */
  files: readonly SnapshotFile[];
  /** Of the snapshots' zones those that rows without one may be in, by id or name; all where none are given. */
  zones: readonly string[];
  customers: CustomersAsked;
  /** Of the zones, whatever they show. */
  plan?: Plan | undefined;
  interrupt: AbortSignal;
}

/** What a batch is rehearsed against: a simulator that holds the snapshots, and its clock, which is only moved. */
interface World {
  sandbox: Sandbox;
  /** The same zones where all customers act; only where a range is asked for. */
  ifAllAct: Control | undefined;
  clock: WatchedClock;
  /** The caller's configuration, leading to the simulator. */
  config: Config;
  seen: Pick<Rehearsal, 'zones' | 'budget'>;
  watch?: StateWatch;
}

/** Nobody is there to say go. */
const unattended = ({ waves }: Config): Pick<Config, 'waves'> =>
  waves === undefined ? {} : { waves: { ...waves, confirm: false } };

/**
 * Carries out a batch against a simulator of its zones, all in the folder `state`. The simulator's clock goes by the
 * budget: each call takes the time that one call has in it, and waiting moves it on, so that what comes out does not
 * depend on this machine.
 */
export async function rehearseIn(state: string, given: RehearsalInput): Promise<Rehearsal> {
  const { interrupt, customers } = given;
  // Nobody else has to open what a rehearsal seals.
  const keyring = new SealKeyring({ keys: [sealKey(randomBytes(SEAL_KEY_BYTES))], file: undefined, mayMake: false });
  const { certificates } = given.manifest;
  const manifest = { ...given.manifest, ...(certificates && { certificates: { ...certificates, keyring } }) };
  let reading: (() => BatchView) | undefined;
  let world: World | undefined;
  const inWorld = (): World => {
    if (world === undefined) throw new TypeError('There is no simulator before there is a manifest.');
    return world;
  };
  let [start, planned] = [0, 0];
  let settling: number | undefined;
  let progressOf: () => Pick<BatchView, 'stage'> = () => ({ stage: 'reading' });
  const session: Session = {
    config: { ...given.config, state },
    command: COMMAND,
    interrupt,
    pace: ENGINE_PACE,
    engine: (use) =>
      ownEngine(inWorld().config, { command: COMMAND, keyring })((engine) =>
        use({ ...engine, lanes: engine.lanes.map((lane) => ({ ...lane, limit: UNHURRIED })) }),
      ),
    clock: {
      now: () => inWorld().clock.now(),
      async sleep(ms, stop) {
        const { clock } = inWorld();
        // What orders certificates may wait, too.
        if (progressOf().stage === 'settling') settling ??= clock.now();
        for (let step = 0; step < STEPS_PER_WAIT && !stop.aborted; step++) {
          clock.advance(ms / STEPS_PER_WAIT);
          await turn();
        }
      },
    },
    screen: {
      show: (progress) => {
        progressOf = progress;
        return given.show(() => (reading ?? progress)());
      },
    },
  };
  try {
    const { folder, report } = await planAndRun(session, async (planning) => {
      const intake = await readIn(manifest, planning);
      let { files } = given;
      if (files.length === 0) {
        const show = (progress: () => BatchView) => {
          reading = progress;
          return () => {
            reading = undefined;
          };
        };
        files = await readFiles(state, { ...given, intake, show });
      }
      const zones = chosenZones(files, given.zones, intake.zones);
      world = await worldOf(state, files, zones, given);
      return async (engine) => {
        const { clock, config } = inWorld();
        start = clock.now();
        const made = await planOn(engine, { ...planning, config }, { manifestPath: manifest.name, intake });
        for (const warning of made.summary.warnings ?? []) manifest.certificates?.warn(warningText(warning));
        planned = clock.now();
        inWorld().watch = await watchOf(inWorld(), planning, made, start);
        inWorld().watch?.look(planned);
        return made;
      };
    });
    if (interrupt.aborted) throw new HostrollError('INTERRUPTED', 'The rehearsal was interrupted; nothing was sent.');
    const { clock, seen, sandbox, ifAllAct, config, watch } = inWorld();
    const end = clock.now();
    settling ??= end;
    if (watch === undefined) throw new TypeError('What was rehearsed was not watched.');
    watch.look(end);
    // The outlook moves the clock on.
    delete inWorld().watch;
    const { failing, ...outlook } = await outlookOf(await foldBatch(folder.path), clock, sandbox, ifAllAct);
    return {
      manifest: report.manifest,
      calls: report.calls,
      rows: report.counts,
      exit_code: report.exit_code,
      ...outlook,
      would_fail: { rows: failing.length, codes: report.errors, hostnames: failing },
      pending_validations: watch.pending(),
      timeline: watch.timeline(),
      ...seen,
      customers,
      wait_ms: config.waitMs,
      duration_ms: end - start,
      phases: { snapshot_ms: planned - start, editing_ms: settling - planned, settling_ms: end - settling },
      assumptions: assumptionsOf(customers, {
        leftOut: seen.zones.reduce((sum, zone) => sum + zone.left_out, 0),
        isPlanKnown: seen.zones.every((zone) => zone.zone_plan !== null),
      }),
    };
  } finally {
    await world?.sandbox.close();
  }
}

/** Reads the zones of the manifest into snapshots. */
async function readFiles(state: string, reading: RehearsalInput & Pick<ZoneReads, 'intake'>): Promise<SnapshotFile[]> {
  const pathOf = (zone: string) => join(state, `${zone}.jsonl`);
  const warn = (sentence: string) => reading.manifest.certificates?.warn(sentence);
  const stored = await readZones({ ...reading, command: COMMAND, pathOf, warn });
  return Promise.all(stored.map(({ path }) => openSnapshotFile(path)));
}

/** A plan that nobody knows is taken for one that may do all: what it lacks cannot be foretold. */
const planOf = (name = ''): Plan => PLANS.find((plan) => name.toLowerCase().includes(plan)) ?? 'enterprise';

/** Starts the simulator, and loads it with the snapshots. */
async function worldOf(
  state: string,
  files: readonly SnapshotFile[],
  zones: readonly ZoneId[],
  { config, customers, plan }: RehearsalInput,
): Promise<World> {
  const lanes = lanesOf(config.lanes, files);
  const rate = budgetPerSecond(lanes);
  const clock = new WatchedClock({ speed: 0, per_call_ms: SECOND / rate }, (now) => world.watch?.reached(now));
  const zoneOptions = files.map(({ header }) => ({
    id: header.zone_id,
    name: header.zone_name ?? `zone-${header.zone_id.slice(0, 8)}.net`,
    plan: plan ?? planOf(header.zone_plan),
  }));
  // The clock goes by the budget itself; the API's limits are of real time.
  const options = { zones: zoneOptions, clock, no_limits: true };
  const twin = customers === 'range' ? newWorld(options) : undefined;
  const ifAllAct = twin && controlOf(twin);
  const sandbox = await startSandbox(options, twin);
  const load = async () => {
    if (ifAllAct !== undefined) await loadSnapshots(files, ifAllAct, 'all');
    return loadSnapshots(files, sandbox, customers === 'range' ? 'none' : customers);
  };
  const leftOut = await load().catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  const world: World = {
    sandbox,
    ifAllAct,
    clock,
    config: configFor(sandbox, config, state, zones),
    seen: {
      zones: files.map(({ header }) => ({
        zone_id: header.zone_id,
        zone_name: header.zone_name ?? null,
        zone_plan: plan ?? header.zone_plan ?? null,
        taken_at: header.taken_at,
        hostnames: header.hostnames,
        left_out: leftOut.get(header.zone_id) ?? 0,
      })),
      budget: {
        calls_per_second: rate,
        lanes: lanes.map(({ name, share, quota }) => ({
          name,
          share,
          quota: { calls: quota.calls, window_seconds: quota.windowSeconds },
        })),
      },
    },
  };
  return world;
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
  ...unattended(config),
  state,
  zones: [...zones],
  // The simulator holds the snapshots and no other zone, and nobody is told.
  knownZones: [],
  notices: [],
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

/** Watches the hostnames that are sent; times count from `start`, in virtual milliseconds. */
async function watchOf(
  { sandbox, ifAllAct, config, seen }: World,
  { folder, progress }: Planning,
  { file }: Planned,
  start: number,
): Promise<StateWatch> {
  const ids: CustomHostnameId[] = [];
  for await (const { value } of readJsonLines<PlanRow>(folder.plan)) {
    const { decision, custom_hostname_id: id } = value;
    if (id !== undefined && (decision === 'edit' || decision === 'recheck')) ids.push(id);
  }
  const everyMs = Math.max(SECOND, ((ids.length / seen.budget.calls_per_second) * SECOND + config.waitMs) / LOOKS);
  const rowsDone = () => {
    const { stage, rows } = progress.view();
    if (stage === 'editing') return rows.done;
    return stage === 'reading' || stage === 'planning' ? 0 : file.manifest.rows;
  };
  return new StateWatch({ statuses: sandbox.statuses, ifAllAct: ifAllAct?.statuses, ids, rowsDone, everyMs, start });
}
