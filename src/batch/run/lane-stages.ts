import { readJsonLines } from '../../disk/json-lines.ts';
import { isDiskError } from '../../disk/on-disk.ts';
import { FRESH_MS } from '../../lane/lane-job.ts';
import { HostrollError } from '../../terms.ts';
import { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import { QueuedBundles } from '../dispatch/queued-bundles.ts';
import { ReadCalls } from '../dispatch/read-calls.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Standing } from '../ledger/ledger-fold.ts';
import { Stop } from '../ledger/stop.ts';
import { settle } from '../settle/settle.ts';
import { WavePlan } from '../waves/wave-plan.ts';
import { endForGood, endStopped } from './end-run.ts';
import { feed } from './feed.ts';
import { beyondGate, endAtRules, rulesOf, waveBefore } from './gate.ts';
import { hearWords } from './hear-words.ts';
import { Holds } from './holds.ts';
import { Issuance } from './issuance.ts';
import { placesIn } from './kept-places.ts';
import { Outstanding } from './outstanding.ts';
import { RunLimits } from './run-limits.ts';
import { runListener } from './run-listener.ts';
import type { OpenLanes, Run, RunParts } from './run-parts.ts';
import { RunRules } from './run-rules.ts';
import { after, type StageChange } from './stage.ts';
import { keepBack, rest } from './take-back.ts';
import { lanesOf, tuned, tunedLimit } from './tuned.ts';

/** The stages in which the lanes work. */
type LaneStage = 'editing' | 'settling' | 'paused';

/** What is done in each; resolves with what ends it, where the run was not stopped meanwhile. */
const WORK: Record<LaneStage, (run: Run) => Promise<StageChange>> = {
  editing: edit,
  settling: settleWave,
  paused: hold,
};

/** Goes through the stages from `begun` on, until the ledger says that nothing more happens to rows, or that it was stopped. */
export async function throughLanes(parts: RunParts, ledger: Ledger, begun: Standing, open: OpenLanes): Promise<void> {
  const run = await openRun(parts, ledger, open);
  const words = await hearWords(run);
  void keepBack(run);
  try {
    // What came while nobody was there: rows that have their outcome are not fed.
    await run.lane.drained();
    let at = begun;
    while (isLaneStage(at)) {
      const rested = at.stage === 'paused' ? { in_doubt: await rest(run) } : {};
      await ledger.enter(withEnd(run, at), rested);
      const change = await WORK[at.stage](run);
      await run.recordReads();
      at = after(at, stopOf(run) ?? change);
    }
    await (at.stage === 'reporting' ? endForGood(run, at.wave) : endStopped(run));
  } catch (error) {
    if (!isDiskError(error)) throw error;
    run.stop.fail(error);
    await endStopped(run);
  } finally {
    run.holds.release();
    await run.issuance?.close();
    await words.close();
    await run.lane.close();
  }
}

const stopOf = ({ stop }: Run): StageChange | undefined =>
  stop.signal.aborted ? { type: stop.reason?.reason === 'cancelled' ? 'cancel' : 'stop' } : undefined;

const isLaneStage = (at: Standing): at is Standing & { stage: LaneStage } => Object.hasOwn(WORK, at.stage);

/** Settling has an end, whatever comes. */
function withEnd<At extends Standing>(run: Run, at: At): At {
  if (at.stage !== 'settling') return at;
  return { ...at, until: new Date(run.parts.now() + waitOf(run, at.wave)).toISOString() };
}

/** How long a wave may settle, in milliseconds. */
const waitOf = ({ parts: { file }, limits, waves }: Run, wave: number): number =>
  limits.waitMs((wave < waves.waves ? file.rollout?.waves?.wait_ms : undefined) ?? file.wait_ms);

async function openRun(parts: RunParts, ledger: Ledger, open: OpenLanes): Promise<Run> {
  const { backend, file, folder, progress, now } = parts;
  const waves = await WavePlan.of(readJsonLines(folder.plan), file.manifest.rows, file.rollout?.waves?.sizes);
  ledger.kindOf = (row) => waves.kindOf(row);
  const issuance = issuanceOf(parts, ledger);
  const outstanding = new Outstanding((row) => issuance?.ended(row));
  const stop = new Stop(parts.interrupt);
  const holds = new Holds({ ledger, ...parts });
  stop.signal.addEventListener('abort', () => holds.release());
  // The interrupt may have come before.
  if (stop.signal.aborted) holds.release();
  const { lost } = backend;
  lost?.addEventListener('abort', () => stop.fail(lost.reason), { once: true });
  const reads = new ReadCalls();
  const { calls } = ledger.fold;
  const rules = new RunRules(rulesOf(file), holds, stop);
  const limits = new RunLimits(file.limits, calls.list + calls.read + calls.edit, now);
  if (ledger.past.hasFed) await rules.replay(folder.ledger, (row) => waves.kindOf(row));
  const listener = runListener({ ledger, outstanding, waves, rules, stop, reads, limits, progress });
  const priority = () => ledger.fold.control.tuned.priority ?? file.priority ?? 'normal';
  const lane = await open(parts, { listener, beforeRead: () => limits.takeRead(), priority });
  const recordReads = async () => {
    const made = reads.take();
    const isAny = made.list + made.read + made.edit > 0;
    if (isAny && stop.failure === undefined) await ledger.record({ type: 'calls', purpose: 'settle', calls: made });
  };
  const state = { tookBack: false, hasRested: false };
  return { parts, ledger, lane, outstanding, waves, rules, holds, limits, issuance, stop, ...state, recordReads };
}

/** Absent where no row orders a certificate, and for batches of earlier versions. */
function issuanceOf({ file, backend, now, sleep }: RunParts, ledger: Ledger): Issuance | undefined {
  const { issuance: limit } = file.rollout ?? {};
  const { reissues = 0, loses_upload = 0 } = file.plan.effects;
  if (!limit || reissues + loses_upload === 0) return undefined;
  const lanes = file.lanes.map(({ name }) => name);
  const onWait = (lane: string) => {
    // Where the disk takes nothing more, what follows says so.
    if (!ledger.fold.issuance.has(lane)) ledger.record({ type: 'issuance', lane }).catch(() => {});
  };
  const places = placesIn(backend, file.batch);
  return new Issuance({ limit, limits: backend.limits, places, lanes, hasFed: ledger.past.hasFed, now, sleep, onWait });
}

/** The lanes as they are in the queue. */
export const openQueueLanes: OpenLanes = async (parts, { priority, ...hears }) => {
  const { folder, file, backend, log, now } = parts;
  const bundles = await QueuedBundles.open({ backend, batch: file.batch, path: folder.bundles, log });
  const lane = new LaneDispatcher({
    backend,
    lanes: lanesOf(parts),
    batch: file.batch,
    log,
    now,
    bundles,
    priority,
    ...hears,
  });
  for (const { name, zones } of file.lanes) for (const zone of zones) lane.assign(zone, name);
  const close = async () => {
    await lane.close();
    await bundles.close();
  };
  try {
    await lane.setLimits();
    await lane.takeOver();
    await lane.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    batch: file.batch,
    read: (job) => lane.read(job),
    feed: (name, jobs) => lane.feed(name, jobs),
    drained: () => lane.drained(),
    takeBack: (...asked) => lane.takeBack(...asked),
    hush: () => lane.hush(),
    tune: (limitOf) => lane.tune(limitOf),
    abandonReads: (error) => lane.abandonReads(error),
    clear: () => lane.clear(),
    clearBundles: () => bundles.clear(),
    close,
  };
};

/** Hands over every row that has no outcome, and waits until each has one; where some are held, until they are free again. */
async function edit(run: Run): Promise<StageChange> {
  const { parts, ledger, lane, outstanding, waves, holds, limits, issuance, stop } = run;
  const { folder, file } = parts;
  const { wave } = ledger.fold.standing;
  const window = () =>
    limits.window(
      tuned(run).window ?? parts.window,
      lanesOf(parts).map(({ name }) => tunedLimit(run, name)),
    );
  const lanes = file.lanes.map(({ name }) => name);
  const rows = { planPath: folder.plan, lanes, ledger, client: lane, batch: file.batch };
  for (;;) {
    const { mark } = holds;
    const free = holds.whileFree();
    // What is next in the lanes must not begin while it is taken back.
    free.addEventListener('abort', () => void lane.hush().catch(() => {}), { once: true });
    const passedOver = await feed({
      ...rows,
      ...{ waves, wave, outstanding, holds, takenInDoubt: stop.rowsInDoubt, window, limits, issuance, stop: free },
      ...readingOf(run),
    });
    await outstanding.empty(free);
    if (free.aborted) return { type: 'pause' };
    if (!passedOver && !run.tookBack) return { type: 'edited' };
    if (!run.tookBack) endAtRules(run);
    run.tookBack = false;
    await holds.until(() => holds.mark !== mark);
  }
}

/** A run that was stopped or paused and goes on cannot know what was done meanwhile: then every row is read before it is sent. */
const readingOf = ({ parts: { file, overwriteDrift = false }, ledger: { past }, hasRested }: Run) => ({
  freshUntil: hasRested || past.hasFed ? 0 : Date.parse(file.read_at ?? file.created_at) + FRESH_MS,
  overwriteDrift,
});

/** Reads the states of hostnames until they converge or the wait is over. */
async function settleWave(run: Run): Promise<StageChange> {
  const { parts, ledger, lane, waves, holds } = run;
  const { wave } = ledger.fold.standing;
  const isLast = wave >= waves.waves;
  const { folder, file, log, now, sleep, progress } = parts;
  const free = holds.whileFree();
  const abandon = () => lane.abandonReads(new HostrollError('INTERRUPTED', 'The batch is held, or stops.'));
  free.addEventListener('abort', abandon, { once: true });
  await settle({
    planPath: folder.plan,
    rows: file.manifest.rows,
    ledger,
    lane,
    waitMs: waitOf(run, wave),
    // What a sweep does not send it has read a moment ago, and nothing it does changes that.
    outcomes: file.kind === 'sweep' || !isLast ? ['edited'] : ['edited', 'skipped'],
    isWanted: (row) => isLast || waves.waveOf(row) <= wave,
    stop: free,
    now,
    sleep: (ms, signal) => {
      progress.looksAgain(now() + ms);
      return sleep(ms, signal);
    },
    onPass: () => run.recordReads(),
  }).catch((error: unknown) => {
    // What the edits did is known; only how it went on is not. The states of the last answers stand.
    if (!(error instanceof HostrollError)) throw error;
    if (free.aborted) return;
    log.warn({ event: 'settle_failed', code: error.code, error: error.message });
  });
  free.removeEventListener('abort', abandon);
  if (free.aborted) return { type: 'pause' };
  return isLast ? { type: 'settled', more: false } : waveBefore(run);
}

/** Until nothing holds the whole batch any more. */
async function hold(run: Run): Promise<StageChange> {
  await beyondGate(run);
  return { type: 'go' };
}
