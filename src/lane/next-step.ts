import type { Answer } from '../cloudflare/client.ts';
import type { CallFailure } from '../cloudflare/failure.ts';
import { coolingFor } from '../cloudflare/ratelimit-header.ts';
import { afterFailure, MAX_READ_TRIES, MAX_TRIES } from '../cloudflare/retry.ts';
import { CERTIFICATES_PATH, certificateVerdict, serialsOf } from '../hostname/certificates.ts';
import { isThere, notShown } from '../hostname/compare.ts';
import { layOver, pathsOf } from '../hostname/lay-over.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { SECOND } from '../terms.ts';
import type { LaneJob, RowJob } from './lane-job.ts';
import type { LaneResult, RowResult } from './lane-result.ts';
import { afterAuthorityRefused } from './leave-out-authority.ts';
import { MAX_LARGE_TRIES, mayBeTooLarge, smallerPage } from './page-size.ts';

/** What an activation ends with. Which of them reach the queue, and how, is the processor's business. */
export type NextStep =
  | { next: 'done'; result: LaneResult; cool?: Cooling }
  /** Back into the lane, as `job`, after a wait. */
  | { next: 'again'; job: LaneJob; wait_ms: number; cool?: Cooling }
  /** The whole lane waits; this job goes first afterwards. */
  | { next: 'cool'; job: LaneJob; cool: Cooling };

export interface Cooling {
  wait_ms: number;
  reason: string;
  /** What the API asked for, where that is longer. */
  asked?: string;
}

/** What is remarked of an edit that went without the authority it repeated. */
const AUTHORITY_LEFT_OUT: Pick<RowResult, 'code' | 'message'> = {
  code: 'AUTHORITY_LEFT_OUT',
  message: 'The zone refused its own, unchanged certificate authority (1459), so the edit went without it.',
} as const;

/**
 * Before a refusal of the credential is believed it is asked once more, after this: new tokens are refused now and then
 * for some seconds (observed in public reports).
 */
const REFUSED_WAIT_MS = 3 * SECOND;

/**
 * Decides how a row goes on after its call. After any doubt about an edit the next call is a read; the edit is repeated
 * only where that read does not show the change. `job` already counts the call.
 */
export function afterRowCall(job: RowJob, answer: Answer<LiveHostname>, random: number): NextStep {
  const plainer = answer.ok ? undefined : afterAuthorityRefused(job, answer.failure.code);
  if (plainer !== undefined) return { next: 'again', job: plainer, wait_ms: 0, ...coolOf(answer) };
  const change = { zone_id: job.zone_id, paths: job.paths };
  if (!answer.ok) {
    return afterFailedCall(job, answer, random, (result) => ({ ...result, kind: 'row', row: job.row, change }));
  }
  const live = answer.value;
  const there = job.step === 'edit' || isThere(live, job.body, job.paths);
  // The credential may read this hostname, so that the refusal of its edit says nothing certain of the other rows.
  if (!there && job.refused !== undefined && job.refused.times > 1) {
    const { times: _, ...refusal } = job.refused;
    const { key, row, calls } = job;
    return { next: 'done', result: { kind: 'row', key, row, calls, outcome: 'failed', ...refusal }, ...coolOf(answer) };
  }
  const result: RowResult = {
    kind: 'row',
    key: job.key,
    row: job.row,
    calls: job.calls,
    outcome: 'edited',
    change,
    ...remarkOf(job),
    status: live.status,
    ...(live.ssl === undefined ? {} : { ssl_status: live.ssl.status }),
    ...(job.bundle === undefined
      ? {}
      : { serials: serialsOf(live), certificate: certificateVerdict(live, job.body, job.step === 'edit') }),
  };
  if (job.step === 'read' && !(there && job.in_doubt)) {
    return { ...afterRead(job, live, result), ...coolOf(answer) };
  }
  const missing = notShown(live, job.body, job.paths);
  if (result.certificate === 'another') missing.push(CERTIFICATES_PATH);
  if (missing.length > 0) result.not_shown = missing;
  return { next: 'done', result, ...coolOf(answer) };
}

/** A page that may have failed for its size is asked for in smaller ones before long. */
function mostTries(job: LaneJob, { code }: CallFailure): number {
  if (job.kind === 'row') return MAX_TRIES;
  const divisible = job.kind === 'page' && mayBeTooLarge(code) && smallerPage(job.per_page) !== undefined;
  return divisible ? MAX_LARGE_TRIES : MAX_READ_TRIES;
}

/** After a read that does not show an edit of ours: the change is laid over what is live now. */
function afterRead(job: RowJob, live: LiveHostname, result: RowResult): NextStep {
  if (job.planned === undefined) return { next: 'again', job: { ...job, step: 'edit' }, wait_ms: 0 };
  const { drift, ...laid } = layOver(job.planned, live);
  const found = drift.length === 0 ? {} : { drift };
  if ('body' in laid) {
    const { body, pack } = laid;
    const edit: RowJob = { ...job, ...found, body, paths: pathsOf(laid), step: 'edit' };
    return { next: 'again', job: pack === undefined ? edit : { ...edit, pack }, wait_ms: 0 };
  }
  const { decision, code, message } = laid;
  // What holds now may be an edit of ours that nobody heard of, or somebody else's.
  if (decision === 'skip' && job.in_doubt) return { next: 'done', result };
  const outcome = decision === 'skip' ? 'skipped' : 'rejected';
  return { next: 'done', result: { ...result, ...found, outcome, code, message } };
}

/** What is to be remarked of a row that is edited. */
function remarkOf({ drift, left_out }: RowJob): Pick<RowResult, 'code' | 'message' | 'drift'> {
  if (drift === undefined) return left_out === undefined ? {} : AUTHORITY_LEFT_OUT;
  const message = `Changed elsewhere since the plan, and kept as it is now: ${drift.join(', ')}.`;
  return { code: 'CHANGED_ELSEWHERE', message, drift };
}

/** Characters of a failure that a person is told while the call is tried again. */
const TROUBLE_LENGTH = 200;

/** What a failure means for a job of either sort; `toResult` shapes the final one. */
export function afterFailedCall(
  job: LaneJob,
  { failure, quotas }: Extract<Answer<unknown>, { ok: false }>,
  random: number,
  toResult: (result: Omit<RowResult, 'kind' | 'row'>) => LaneResult,
): NextStep {
  const tries = job.tries + 1;
  const maxTries = mostTries(job, failure);
  const verdict = afterFailure(failure.category, { tries, maxTries, retryAfterMs: failure.retry_after_ms, random });
  const { key, calls } = job;
  switch (verdict.next) {
    case 'cool':
      return { next: 'cool', job, cool: { wait_ms: verdict.wait_ms, reason: failure.code, ...askedOf(failure) } };
    case 'again': {
      const trouble = { message: failure.message.slice(0, TROUBLE_LENGTH), most_tries: maxTries };
      const doubt = job.kind === 'row' && failure.perhaps_applied ? doubtful(job) : {};
      return {
        next: 'again',
        job: { ...job, ...doubt, tries, trouble },
        wait_ms: verdict.wait_ms,
        ...coolOf({ quotas }),
      };
    }
    case 'stop':
      return afterRefusal(job, failure);
    case 'final': {
      const result = toResult({ key, calls, outcome: verdict.outcome, ...toldOf(failure) });
      return { next: 'done', result, ...coolOf({ quotas }) };
    }
  }
}

/**
 * The API refuses the credential: the same call once more, after a wait; then, for an edit, a read of its hostname, which
 * tells whether it is the credential as a whole that is refused. Only then every other row has to wait, too.
 */
function afterRefusal(job: LaneJob, failure: CallFailure): NextStep {
  const told = toldOf(failure);
  const refused = { ...told, times: (job.refused?.times ?? 0) + 1 };
  if (job.refused === undefined) return { next: 'again', job: { ...job, refused }, wait_ms: REFUSED_WAIT_MS };
  if (job.kind === 'row' && job.step === 'edit') {
    return { next: 'again', job: { ...job, step: 'read', refused }, wait_ms: 0 };
  }
  const { key, calls } = job;
  const { code, cf_ray: ray } = told;
  const at = job.kind === 'row' ? `row ${job.row}, ${job.hostname}` : '';
  const place = [at, ray === undefined ? '' : `cf-ray ${ray}`].filter(Boolean).join(', ');
  const message = place === '' ? told.message : `${told.message} (${place})`;
  // An edit that was refused was not made; one in doubt from before still is.
  const doubt = job.kind === 'row' && job.in_doubt ? { row_in_doubt: job.row } : {};
  return { next: 'done', result: { kind: 'refused', key, calls, code, message, ...doubt } };
}

/** A row is in doubt once an edit of it may have taken effect; a read that failed adds no doubt. */
export const doubtful = ({ step, in_doubt }: RowJob): Pick<RowJob, 'step' | 'in_doubt'> => ({
  step: 'read',
  in_doubt: in_doubt || step === 'edit',
});

/** What is kept of a failure. */
const toldOf = ({ code, message, http_status, cf_ray }: CallFailure) => ({
  code,
  message,
  ...(http_status === undefined ? {} : { http_status }),
  ...(cf_ray === undefined ? {} : { cf_ray }),
});

const askedOf = ({ retry_after_asked: asked }: CallFailure): { asked?: string } =>
  asked === undefined ? {} : { asked };

/**
 * Workers that may die with a job in hand before no further one is given it: it may be what ends them. Few, as each death
 * costs the time of a lock; several, as workers die of other causes, too, each with every job that it holds.
 */
export const MOST_DEATHS = 5;

/** Time over which the jobs of a dead worker are spread: many times what a call takes. */
const APART_MS = 10 * SECOND;

/**
 * All that a dead worker had in its hands is taken up again together, and one of them may be what killed it. So from the
 * second death on each of them first waits for a time of its own, and most come through without it. Undefined for a job
 * that may go. `random` is from 0 to 1.
 */
export function setApart(job: LaneJob, deaths: number, random: number): NextStep | undefined {
  if (deaths < 2 || job.deaths >= deaths) return undefined;
  return { next: 'again', job: { ...job, deaths }, wait_ms: Math.round(random * APART_MS) };
}

/** The end of a job that is not tried again after `MOST_DEATHS`. */
export function afterDeaths(job: LaneJob): LaneResult {
  const { key, calls } = job;
  const code = 'WORKERS_DIED';
  const message = `${MOST_DEATHS} workers died one after the other while they made this call; it is not made again.`;
  if (job.kind !== 'row') return { kind: 'failure', key, calls, code, message };
  return { kind: 'row', key, row: job.row, calls, outcome: 'gave_up', code, message };
}

/** An almost empty quota cools the lane also after a good answer. */
export function coolOf({ quotas }: Pick<Answer<unknown>, 'quotas'>): { cool?: Cooling } {
  const { ms, asked } = coolingFor(quotas);
  if (ms === 0) return {};
  return { cool: { wait_ms: ms, reason: 'CF_QUOTA_ALMOST_EMPTY', ...(asked === undefined ? {} : { asked }) } };
}
