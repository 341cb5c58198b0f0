import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { LaneDispatcher } from '../batch/dispatch/lane-dispatcher.ts';
import type { BatchFile, BatchLimits } from '../batch/ledger/batch-file.ts';
import { recordStage } from '../batch/ledger/ledger.ts';
import type { SettledRow } from '../batch/ledger/ledger-event.ts';
import { inLane } from '../batch/plan/make-plan.ts';
import type { PlanSummary } from '../batch/plan/plan-summary.ts';
import { PlanCounter, type PlanTotals } from '../batch/plan/plan-totals.ts';
import { type BatchParts, storeBatch } from '../batch/plan/planned-batch.ts';
import { type PlanningLaneParts, withPlanningLane } from '../batch/plan/planning-lane.ts';
import { isFromAll, NO_ROWS, resolveZones } from '../batch/plan/resolve-zones.ts';
import { ZoneNotes } from '../batch/plan/zone-notes.ts';
import { ZonePlans } from '../batch/plan/zone-plans.ts';
import { carriedOver } from '../batch/run/run-limits.ts';
import { settledRow } from '../batch/settle/settled-row.ts';
import type { Finding } from '../dcv/finding.ts';
import { JsonLinesWriter, readJsonLines } from '../disk/json-lines.ts';
import { deadlinesOf } from '../hostname/deadlines.ts';
import { isEnterprise } from '../hostname/entitlements.ts';
import type { LiveHostname } from '../hostname/live.ts';
import type { Lane } from '../lane/lane.ts';
import { HostrollError, type ZoneId } from '../terms.ts';
import { dueOrder, pastOf } from './due-order.ts';
import { type EarlierBatches, readEarlierBatches } from './earlier-batches.ts';
import { findElsewhere, placeKey } from './other-zones.ts';
import { type Candidates, readCandidates } from './sweep-candidates.ts';
import type { SweepOptions } from './sweep-options.ts';
import { type RowFacts, sweepRow } from './sweep-row.ts';

export interface SweepParts extends BatchParts, Omit<PlanningLaneParts, keyof BatchParts> {
  lanes: readonly Lane[];
  /** State folder, whose earlier batches tell what was carried over and when checks began. */
  state: string;
  options: SweepOptions;
  /** Further zones, by id or name, in which a hostname would be the same one. */
  knownZones: readonly string[];
  /** Looks at a hostname as its authority would; not called where all are to be sent. */
  examine(live: LiveHostname): Promise<Finding>;
}

/** What is written down of a hostname when it has been looked at, until all have been. */
interface LookedAt {
  number: number;
  finding?: Finding;
}

/** Looks begun at a time. How many of them go side by side is for the doctor to say. */
const LOOKS_AT_ONCE = 500;
const ROWS_PER_EVENT = 500;

/**
 * Plans a sweep: reads the zones, looks at what is selected, and writes the plan, soonest deadline first, and the batch.
 * Writes nothing to the API. Throws as `resolveZones` and the calls do, `INTERRUPTED` where the caller's signal says so.
 */
export async function planSweep(parts: SweepParts): Promise<{ file: BatchFile; summary: PlanSummary }> {
  const { folder, options, progress } = parts;
  const now = parts.now();
  try {
    return await withPlanningLane(parts, folder.batch, async (lane, reads) => {
      progress.enter('planning');
      await recordStage(folder.ledger, 'planning', now);
      const plans = new ZonePlans(lane);
      const zones = await resolveZones(lane, parts.lanes, options.zones, NO_ROWS, plans);
      const planOf = new Map<ZoneId, string | undefined>();
      for (const zone of zones) planOf.set(zone, await plans.of(zone));
      const known = options.force ? [] : await resolveZones(lane, parts.lanes, parts.knownZones, NO_ROWS);
      const { selection } = options;
      const candidates = await readCandidates(lane, zones, {
        ...{ selection, snapshotPath: folder.snapshot, now },
        mayGo: isFromAll(options.zones),
      });
      try {
        const earlier = await readEarlierBatches(parts.state, candidates.snapshot, now);
        const order = await dueOrder(candidates.snapshot, earlier, now);
        progress.enter('planning', order.length);
        await writeLooks(parts, candidates, order);
        const plan = new SweepPlan(parts, candidates, earlier, { now, planOf });
        const elsewhere = await plan.findElsewhere(
          lane,
          [...zones, ...known].filter((zone) => !candidates.closed.has(zone)),
        );
        const calls = reads.take();
        const laneOf = (zone: ZoneId) => lane.laneOf(zone);
        const sendable = callsLeft(parts, calls.list + calls.read, order.length);
        const { totals, sha256 } = await plan.write(elsewhere, sendable, laneOf);
        const carried = order.filter((number) => earlier.carriedOver[number] === 1).length;
        return await storeBatch(
          parts,
          {
            kind: 'sweep',
            manifest: { path: `sweep ${options.zones.join(' ')}`, sha256, rows: order.length, format: 'jsonl' },
            ...limitsOf(options),
            sweep: { options: options.given, not_selected: candidates.leftOut, carried_over: carried },
          },
          { zones, laneOf, totals, calls, notes: [...candidates.closed.values(), ...reads.notes()], seen: plan.seen() },
        );
      } finally {
        await candidates.snapshot.close();
      }
    });
  } finally {
    await Promise.all([folder.rows, folder.snapshot].map((path) => rm(path, { force: true })));
  }
}

function limitsOf({ maxCalls, until }: SweepOptions): { limits?: BatchLimits } {
  if (maxCalls === undefined && until === undefined) return {};
  return {
    limits: {
      ...(maxCalls === undefined ? {} : { calls: maxCalls }),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    },
  };
}

/** Rows that may be sent within the calls that are allowed, with one look at what came of each wave kept back. */
function callsLeft({ options: { maxCalls }, waitMs, rollout }: SweepParts, spent: number, rows: number): number {
  if (maxCalls === undefined) return Number.POSITIVE_INFINITY;
  const look = waitMs > 0 ? Math.max(1, Math.min(spent, rows)) : 0;
  return Math.max(0, maxCalls - spent - look * (rollout.waves?.sizes.length ?? 1));
}

/** Looks at all candidates in their order, into the batch's rows file. */
async function writeLooks(
  { folder, options, examine, interrupt, progress }: SweepParts,
  { snapshot }: Candidates,
  order: readonly number[],
): Promise<void> {
  const writer = await JsonLinesWriter.create(folder.rows);
  let examined = 0;
  try {
    for (let from = 0; from < order.length; from += LOOKS_AT_ONCE) {
      if (interrupt.aborted) throw new HostrollError('INTERRUPTED', 'Interrupted before anything was sent.');
      const looks = order.slice(from, from + LOOKS_AT_ONCE).map(async (number): Promise<LookedAt> => {
        const finding = options.all ? undefined : await examine(await snapshot.read(number));
        progress.through(++examined);
        return { number, ...(finding === undefined ? {} : { finding }) };
      });
      for (const look of await Promise.all(looks)) writer.write(look);
      await writer.room();
    }
  } finally {
    await writer.close();
  }
}

/** Makes rows of what was looked at. They are decided again each time they are gone through, which costs no call. */
class SweepPlan {
  readonly #parts: SweepParts;
  readonly #candidates: Candidates;
  readonly #earlier: EarlierBatches;
  readonly #now: number;
  /** Of the zones that are swept, as the API names them. */
  readonly #planOf: ReadonlyMap<ZoneId, string | undefined>;
  /** Per row: 1 where it is to be sent. */
  readonly #sent: Uint8Array;

  constructor(
    parts: SweepParts,
    candidates: Candidates,
    earlier: EarlierBatches,
    { now, planOf }: { now: number; planOf: ReadonlyMap<ZoneId, string | undefined> },
  ) {
    this.#parts = parts;
    this.#candidates = candidates;
    this.#earlier = earlier;
    this.#now = now;
    this.#planOf = planOf;
    this.#sent = new Uint8Array(candidates.snapshot.size + 1);
  }

  /** Where else the hostnames exist that would be sent. */
  async findElsewhere(lane: LaneDispatcher, known: readonly ZoneId[]): Promise<ReadonlyMap<string, ZoneId>> {
    const open: Pick<LiveHostname, 'hostname' | 'zone_id'>[] = [];
    for await (const { row, live } of this.#rows(new Map())) {
      if (row.body !== undefined) open.push({ hostname: live.hostname, zone_id: live.zone_id });
    }
    // What is forced is not asked about; what was read anyway is still shown as an effect.
    const zones = this.#parts.options.force ? known.filter((zone) => this.#candidates.wholeZones.has(zone)) : known;
    return findElsewhere(lane, open, [...new Set(zones)], this.#candidates);
  }

  /** Writes `plan.jsonl`: no more than `sendable` rows are to be sent, the others are carried over. */
  async write(
    elsewhere: ReadonlyMap<string, ZoneId>,
    sendable: number,
    laneOf: (zone: ZoneId) => string,
  ): Promise<{ totals: PlanTotals; sha256: string }> {
    const writer = await JsonLinesWriter.create(this.#parts.folder.plan);
    const counter = new PlanCounter();
    const notes = new ZoneNotes();
    const digest = createHash('sha256');
    let left = sendable;
    try {
      for await (const { row } of this.#rows(elsewhere)) {
        const final = inLane(row.body !== undefined && left-- <= 0 ? carriedOver(row) : row, laneOf);
        writer.write(final);
        counter.count(final);
        notes.add(final, final.zone_id && this.#planOf.get(final.zone_id));
        this.#sent[final.row] = final.body === undefined ? 0 : 1;
        digest.update(`${JSON.stringify(final.source)}\n`);
        await writer.room();
      }
    } finally {
      await writer.close();
    }
    return { totals: { ...counter.totals(), notes: notes.lines() }, sha256: digest.digest('hex') };
  }

  /** How the hostnames stand that are not sent: nobody reads them again, and the report is to say what they lack. */
  async *seen(): AsyncGenerator<SettledRow[]> {
    let rows: SettledRow[] = [];
    for await (const { row, live, number } of this.#rows(new Map())) {
      const isSent = this.#sent[row.row] === 1;
      if (!isSent) rows.push(settledRow({ ...row, decision: 'skip' }, live, pastOf(this.#earlier, number), this.#now));
      if (rows.length < ROWS_PER_EVENT) continue;
      yield rows;
      rows = [];
    }
    yield rows;
  }

  async *#rows(elsewhere: ReadonlyMap<string, ZoneId>) {
    const { folder, options } = this.#parts;
    let row = 0;
    for await (const { value } of readJsonLines<LookedAt>(folder.rows)) {
      const { number, finding } = value;
      const live = await this.#candidates.snapshot.read(number);
      const { next_check } = deadlinesOf(live, pastOf(this.#earlier, number), this.#now);
      const other = elsewhere.get(placeKey(live));
      const facts: RowFacts = {
        live,
        ...(finding === undefined ? {} : { finding }),
        ...(next_check === undefined ? {} : { nextCheck: next_check }),
        ...(other === undefined ? {} : { elsewhere: other }),
        force: options.force,
        choosesAuthority: isEnterprise(this.#planOf.get(live.zone_id)),
      };
      yield {
        row: sweepRow(++row, facts, { naturalWithinMs: options.naturalWithinMs, now: this.#now }),
        live,
        number,
      };
    }
  }
}
