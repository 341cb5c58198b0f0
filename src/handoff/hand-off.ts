import type { BatchFold } from '../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../batch/ledger/row-details.ts';
import { deadlinesOf } from '../hostname/deadlines.ts';
import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import { complaintsOf, phaseOfLive } from '../hostname/live-phase.ts';
import { settlementOf } from '../hostname/settlement.ts';
import { WHO_ACTS } from '../hostname/who-acts.ts';
import type { PendingDcv } from '../report/report.ts';
import type { PublishRecord } from '../report/text/publish-records.ts';
import { recordsToPublish } from '../report/text/to-publish.ts';
import { pendingRow, rowsWhere, stillToCome, whoActs } from '../report/waiting-rows.ts';
import type { JsonObject } from '../terms.ts';
import type { GivenFinding } from './findings.ts';

/** One hostname that is not active, with exactly what has to be published for it. */
export interface HandOff
  extends Pick<
    PendingDcv,
    | 'custom_hostname_id'
    | 'zone_id'
    | 'phase'
    | 'who_acts'
    | 'deadlines'
    | 'method'
    | 'certificate_authority'
    | 'status'
    | 'ssl_status'
    | 'errors'
    | 'notes'
  > {
  hostname: string;
  custom_metadata: JsonObject;
  /** When the states were read, RFC 3339; `null` where it is not on record. */
  states_as_of: string | null;
  records: PublishRecord[];
  /** What a look at the world found, where one was given. */
  finding?: GivenFinding;
}

/** When it is (milliseconds since the epoch), and where hostnames are to point, as far as that is known. */
export interface HandOffOptions {
  now: number;
  target?: string | undefined;
}

/**
 * The hostnames of a batch that are not active, as settling read them last. A row that names no hostname is left out, and
 * so is one whose hostname is deleted, and a check that was to come before `now`: which one follows it is not on record.
 */
export async function* handOffsOfBatch(
  fold: BatchFold,
  details: RowDetails,
  { now, target }: HandOffOptions,
): AsyncGenerator<HandOff> {
  const states_as_of = fold.readAt ?? null;
  for (const row of rowsWhere(fold, (at) => fold.rows.waits(at))) {
    const pending = await pendingRow(fold, details, row);
    if (pending.hostname === null || isDeleted(pending)) continue;
    const settled = await details.settled(row);
    const deadlines = stillToCome(pending.deadlines, now);
    const shown = { ...pending, deadlines, hostname: pending.hostname };
    const waiting = { ...handOff(shown, settled?.custom_metadata ?? {}, target), states_as_of };
    // A sweep has looked already.
    yield pending.finding === null ? waiting : { ...waiting, finding: pending.finding };
  }
}

/** A live hostname as read at `now`, or undefined where it is active or deleted. */
export function handOffOfLive(live: LiveHostname, { now, target }: HandOffOptions): HandOff | undefined {
  const { ssl } = live;
  if (isDeleted(live) || settlementOf(live.status, ssl?.status) === 'active') return undefined;
  const phase = phaseOfLive(live, {}, now);
  const { token_dies = null, hostname_lost = null, next_check = null } = deadlinesOf(live, {}, now);
  const pending = {
    hostname: live.hostname,
    custom_hostname_id: live.id,
    zone_id: live.zone_id,
    phase,
    who_acts: WHO_ACTS[phase],
    deadlines: { token_dies, hostname_lost, next_check },
    method: ssl?.method ?? null,
    certificate_authority: ssl?.certificate_authority ?? null,
    status: live.status,
    ssl_status: ssl?.status ?? null,
    records: ssl?.validation_records ?? [],
    delegation_records: ssl?.dcv_delegation_records ?? [],
    ownership_verification: live.ownership_verification ?? null,
    ownership_verification_http: live.ownership_verification_http ?? null,
    errors: complaintsOf(live),
    notes: {},
  };
  return { ...handOff(pending, live.custom_metadata ?? {}, target), states_as_of: new Date(now).toISOString() };
}

type Waiting = Omit<PendingDcv, 'row' | 'settlement' | 'hostname' | 'finding'> & { hostname: string };

function handOff(
  pending: Waiting,
  custom_metadata: JsonObject,
  target: string | undefined,
): Omit<HandOff, 'states_as_of'> {
  const { hostname, custom_hostname_id, zone_id, phase, who_acts, deadlines } = pending;
  const { method, certificate_authority, status, ssl_status, errors, notes } = pending;
  return {
    hostname,
    custom_hostname_id,
    zone_id,
    phase,
    who_acts,
    deadlines,
    method,
    certificate_authority,
    status,
    ssl_status,
    errors,
    notes,
    custom_metadata,
    records: recordsToPublish(pending, target),
  };
}

/** `handOff` with what a look at the world found; it saw more than the API's statuses tell, so it says who must act. */
export const withFinding = (handOff: HandOff, finding: GivenFinding | undefined): HandOff =>
  finding === undefined ? handOff : { ...handOff, who_acts: whoFound(handOff, finding), finding };

const whoFound = ({ phase, errors }: HandOff, finding: GivenFinding): HandOff['who_acts'] =>
  finding.verdict === 'ready' ? finding.who : whoActs(phase, errors, finding);
