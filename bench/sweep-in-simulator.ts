import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBatchFolder } from '../src/batch/ledger/new-batch.ts';
import { runBatch } from '../src/batch/run/run-batch.ts';
import { LiveView } from '../src/batch/view/live-view.ts';
import { runLane } from '../src/coordinator/run-lane.ts';
import type { Finding } from '../src/dcv/finding.ts';
import type { LiveHostname } from '../src/hostname/live.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { Clock } from '../src/sandbox/clock.ts';
import type { SandboxHostname } from '../src/sandbox/load-hostname.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { SealKeyring } from '../src/secrets/seal-keyring.ts';
import { parseWhere } from '../src/select/where.ts';
import { planSweep } from '../src/sweep/plan-sweep.ts';
import { SWEPT_PHASES } from '../src/sweep/selection.ts';
import { HOUR, MINUTE, SECOND } from '../src/terms.ts';

/** How many hostnames a zone has, how many of them are pending, and how many of those could be validated now. */
export interface ZoneShape {
  hostnames: number;
  pending: number;
  ready: number;
}

/** What one sweep of such a zone cost, by the simulator's own count, and what came of it. */
export interface SweepCost {
  list: number;
  read: number;
  edit: number;
  all: number;
  /** Pending hostnames that were active two minutes later. */
  activated: number;
  /** Rows by code, of those that were not sent. */
  skipped: Record<string, number>;
}

/** As good as none: what is counted does not depend on how fast it goes. */
const UNHURRIED = { max: 1_000, durationMs: SECOND };
/** The night comes so long after the hostnames were made, and the customers of the ready ones have just published. */
const AGE_MS = 6 * HOUR;
const PUBLISHED_BEFORE_MS = 5 * MINUTE;

const nameOf = (number: number): string => `shop-${number}.acme-store.net`;

/**
 * Sweeps a zone in a simulator, with the doctor's verdicts told from the facts that the simulator believes; `blind` sends
 * to every pending hostname. The simulator's clock moves only with what is waited for.
 */
export async function sweepInSimulator({ hostnames, pending, ready }: ZoneShape, blind: boolean): Promise<SweepCost> {
  const readyNames = new Set(Array.from({ length: ready }, (_, number) => nameOf(number)));
  const zone: SandboxHostname[] = Array.from({ length: hostnames }, (_, number) => {
    if (number >= pending) return { hostname: nameOf(number), ssl: {} };
    const published = number < ready ? AGE_MS - PUBLISHED_BEFORE_MS : null;
    const ssl = { status: 'pending_validation', method: 'txt' };
    return { hostname: nameOf(number), ssl, dns: { routed_after_ms: null, token_after_ms: published } };
  });
  const clock = new Clock({ speed: 0 });
  const api = await startSandbox({ plan: 'enterprise', no_limits: true, hostnames: zone, clock });
  const state = await mkdtemp(join(tmpdir(), 'hostroll-sweep-'));
  const log = pino({ level: process.env.BENCH_LOG ?? 'silent' });
  const backend = await openQueueBackend(`embedded:${join(state, 'queue')}`, 'sweep');
  const credential = { kind: 'token', token: api.token } as const;
  const lane = {
    name: 'default',
    zones: [],
    limit: UNHURRIED,
    quota: { calls: 1_200, windowSeconds: 300 },
    share: 0.8,
  };
  const worker = runLane({
    backend,
    lane: lane.name,
    concurrency: 20,
    baseUrl: api.url,
    credential,
    version: 'bench',
    keyring: new SealKeyring({ keys: undefined, file: undefined, mayMake: false }),
    log,
  });
  try {
    clock.advance(AGE_MS);
    const folder = await createBatchFolder(state, Date.now());
    const parts = {
      backend,
      lanes: [lane],
      folder,
      progress: new LiveView([], Date.now),
      interrupt: new AbortController().signal,
      log,
      now: () => Math.floor(clock.now()),
    };
    const examine = async ({ hostname }: LiveHostname): Promise<Finding> => ({
      hostname,
      verdict: readyNames.has(hostname) ? 'ready' : 'missing',
      who: 'customer',
      evidence: [],
      checked_at: new Date().toISOString(),
    });
    const by = { user: 'bench', host: 'bench' };
    const { file, summary } = await planSweep({
      ...parts,
      state,
      options: {
        zones: api.zones.map(({ id }) => id),
        selection: parseWhere([`phase=${SWEPT_PHASES.join(',')}`]).where,
        all: blind,
        force: false,
        naturalWithinMs: 10 * MINUTE,
        given: {},
      },
      knownZones: [],
      examine,
      rollout: { rules: [] },
      waitMs: 2 * MINUTE,
      waitStrict: false,
      priority: 'normal',
      baseUrl: api.url,
      audit: { by, options: {} },
      version: 'bench',
    });
    const isPending = (number: number): boolean => api.hostname(nameOf(number))?.ssl?.status === 'pending_validation';
    const before = Array.from({ length: pending }, (_, number) => number).filter(isPending);
    await runBatch({
      ...parts,
      file,
      window: 2_000,
      sleep: async (ms) => clock.advance(ms),
      process: { pid: process.pid, ...by, version: 'bench' },
      report: async () => {},
    });
    const { list, read, edit, all } = api.judge().calls;
    const isActive = (number: number): boolean => api.hostname(nameOf(number))?.ssl?.status === 'active';
    const skipped = Object.fromEntries((summary.skipped ?? []).map(({ code, count }) => [code, count]));
    return { list, read, edit, all, activated: before.filter(isActive).length, skipped };
  } finally {
    await worker.close();
    await backend.close();
    await api.close();
    await rm(state, { recursive: true, force: true });
  }
}
