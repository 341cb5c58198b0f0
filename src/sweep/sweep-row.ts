import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { methodEnd } from '../certificate/calendar.ts';
import type { Code } from '../codes/code.ts';
import type { Finding, Verdict } from '../dcv/finding.ts';
import type { Instant } from '../hostname/deadlines.ts';
import { decide } from '../hostname/decide.ts';
import type { LiveHostname } from '../hostname/live.ts';
import type { ZoneId } from '../terms.ts';

/** What is known of a hostname when its row is decided. */
export interface RowFacts {
  live: LiveHostname;
  /** Absent where nobody looked. */
  finding?: Finding;
  /** Cloudflare's own next check. */
  nextCheck?: Instant;
  /** Another zone that has the same hostname, and whether that is to be overlooked. */
  elsewhere?: ZoneId;
  force: boolean;
  /** Whether the zone may choose certificate authorities; absent where nobody knows. */
  choosesAuthority?: boolean | undefined;
}

type Unsent = { code: Code; message: string };

/**
 * The row of a sweep about one hostname: recheck where a check made now can pass and nothing speaks against it, else skip
 * with the reason. Nothing is rejected: that a hostname cannot be rechecked is no fault of the sweep.
 */
export function sweepRow(row: number, facts: RowFacts, options: { naturalWithinMs: number; now: number }): PlanRow {
  const { live, finding, elsewhere, force, choosesAuthority } = facts;
  const known = { untyped: false, existsElsewhere: elsewhere !== undefined, choosesAuthority };
  const decision = decide({ recheck: true }, live, known);
  const planned: PlanRow = {
    row,
    decision: 'skip',
    effects: [],
    hostname: live.hostname,
    custom_hostname_id: live.id,
    zone_id: live.zone_id,
    status: live.status,
    ...(live.ssl === undefined ? {} : { ssl_status: live.ssl.status }),
    source: { hostname: live.hostname, zone_id: live.zone_id, recheck: true },
    ...(finding === undefined ? {} : { finding }),
  };
  if (!('body' in decision)) return { ...planned, code: decision.code, message: decision.message };
  const unsent =
    ended(live, options.now) ??
    notReady(live, finding) ??
    checkedSoon(facts, options) ??
    (force ? undefined : inOtherZone(facts));
  return unsent === undefined ? { ...planned, ...decision, change: { recheck: true } } : { ...planned, ...unsent };
}

const NOT_READY: Record<Exclude<Verdict, 'ready'>, Unsent> = {
  missing: { code: 'SWEEP_MISSING', message: 'What is to be published is not there' },
  wrong: { code: 'SWEEP_WRONG', message: 'Something else is published than is asked for' },
  caa_blocked: { code: 'SWEEP_CAA_BLOCKED', message: 'CAA records forbid the certificate authority' },
  points_elsewhere: { code: 'SWEEP_POINTS_ELSEWHERE', message: 'The hostname leads somewhere else' },
  domain_gone: { code: 'SWEEP_DOMAIN_GONE', message: 'The domain does not exist' },
  refused: { code: 'SWEEP_REFUSED', message: 'The certificate authority refuses' },
  barred: { code: 'SWEEP_BARRED', message: 'Cloudflare keeps it from being activated, whatever is published' },
  cannot_tell: { code: 'SWEEP_CANNOT_TELL', message: 'Nothing certain could be seen' },
};

function notReady({ hostname }: LiveHostname, finding: Finding | undefined): Unsent | undefined {
  if (finding === undefined || finding.verdict === 'ready') return undefined;
  const { code, message } = NOT_READY[finding.verdict];
  const telling = finding.evidence.find(({ verdict }) => verdict === finding.verdict);
  const detail = telling === undefined ? '' : ` (${telling.name}: ${telling.note})`;
  return { code, message: `${hostname}: ${message}${detail}.` };
}

/** No authority takes a proof by its method any more. */
function ended({ hostname, ssl }: LiveHostname, now: number): Unsent | undefined {
  const end = methodEnd(ssl?.method ?? '');
  if (end === undefined || Date.parse(end.from) > now) return undefined;
  const message = `${hostname} is validated by ${ssl?.method}, which ended on ${end.from}; choose another ssl.method.`;
  return { code: 'SWEEP_REFUSED', message };
}

/** Only a check whose time is known, from an edit of ours, is relied on: a guess may be hours off. */
function checkedSoon(
  { live, nextCheck }: RowFacts,
  options: { naturalWithinMs: number; now: number },
): Unsent | undefined {
  if (nextCheck === undefined || nextCheck.estimate) return undefined;
  const left = Date.parse(nextCheck.at) - options.now;
  if (left < 0 || left > options.naturalWithinMs) return undefined;
  return { code: 'SWEEP_CHECKED_SOON', message: `Cloudflare checks ${live.hostname} by itself at ${nextCheck.at}.` };
}

function inOtherZone({ live, elsewhere }: RowFacts): Unsent | undefined {
  if (elsewhere === undefined) return undefined;
  return {
    code: 'SWEEP_IN_OTHER_ZONE',
    message: `${live.hostname} exists in zone ${elsewhere}, too, and the zone edited last takes its traffic; --force sends it all the same.`,
  };
}
