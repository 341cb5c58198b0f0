import type { Answer } from '../cloudflare/client.ts';
import type { RemainingQuota } from '../cloudflare/ratelimit-header.ts';
import type { TokenFacts } from '../cloudflare/wire.ts';
import type { LaneConfig } from '../config/lanes.ts';
import { callsPerSecond, laneLimit } from '../lane/budget.ts';
import { DAY, SECOND } from '../terms.ts';
import { formatDuration, formatInstant } from '../text/format-time.ts';
import { counted, formatCount } from '../text/text-layout.ts';
import { type Check, failedCall, ok, warning } from './check.ts';
import { MOST_ZONES, type Seen, type SeenZone } from './seen-by.ts';

/** A token that ends sooner may end in the middle of a rollout. */
const SOON_MS = 14 * DAY;
/** Clocks further apart than that put the times of reports, and what is due when, in doubt. */
const CLOCK_MS = 30 * SECOND;

/** The checks of one credential, from what its calls have shown. `now`: this machine's clock, when the last of them came. */
export function checkCredential(lane: LaneConfig, seen: Seen, now: number): Check[] {
  const { last } = seen;
  if (!last.ok && last.failure.http_status === undefined && seen.zones.length === 0) {
    return [failedCall('API', last.failure.message, last.failure.code)];
  }
  const clock = checkClock(last, now);
  const token = checkToken(lane, seen.token, now);
  // Of a token that is refused, nothing else can be seen.
  return token.state === 'failed' ? [clock, token] : [clock, token, ...checkZones(seen), checkQuota(lane, last)];
}

function checkClock({ at }: Seen['last'], now: number): Check {
  if (at === undefined) return ok('API', 'reachable; it does not tell its time');
  const off = Math.abs(now - at);
  // The API tells whole seconds, and an answer is on its way for a while.
  if (off <= CLOCK_MS) return ok('API', 'reachable; its clock and this machine’s agree');
  const which = now > at ? 'ahead of' : 'behind';
  return warning(
    'API',
    `reachable; this machine's clock is ${formatDuration(off)} ${which} its own`,
    'Set the clock of this machine (NTP): deadlines and the ends of certificates are read by it.',
  );
}

function checkToken({ name }: LaneConfig, token: Answer<TokenFacts> | undefined, now: number): Check {
  const what = `credential ${name}`;
  const reads = 'it reads what is below; whether it may edit, an edit alone shows';
  if (token === undefined) return ok(what, `email and key; ${reads}`);
  if (!token.ok) return failedCall(what, `the token is refused: ${token.failure.message}`, token.failure.code);
  const { status, expires_on } = token.value;
  if (status !== 'active') return failedCall(what, `the token is ${status}`, 'CF_UNAUTHORIZED');
  const left = expires_on === undefined ? Number.NaN : Date.parse(expires_on) - now;
  if (Number.isNaN(left)) return ok(what, `the token is valid, without an end; ${reads}`);
  const says = `the token is valid until ${formatInstant(expires_on ?? '')} (${formatDuration(Math.max(left, 0))}); ${reads}`;
  return left > SOON_MS ? ok(what, says) : warning(what, says, 'Renew it before it ends: a batch stops with it.');
}

function checkZones({ zones, failures }: Seen): Check[] {
  const missing = failures.map(({ zone, failure }) =>
    zone === undefined
      ? warning('zones', `cannot be listed: ${failure.message}`, 'Give zones by id, or the token "Zone: Read".')
      : failedCall(`zone ${zone}`, failure.message, failure.code),
  );
  const looked = zones.slice(0, MOST_ZONES);
  const rest = zones.length - looked.length;
  const others = rest > 0 ? [ok('zones', `${counted(rest, 'more zone')}, not looked into`)] : [];
  return [...missing, ...looked.map(checkZone), ...others];
}

function checkZone({ name, plan, hostnames, quota, failure }: SeenZone): Check {
  const what = `zone ${name}`;
  const as = plan ?? 'plan not shown';
  if (failure !== undefined) return failedCall(what, `${as}; no custom hostnames: ${failure.message}`, failure.code);
  const room = quota === undefined ? '' : ` of ${formatCount(quota.allocated)}`;
  const says = `${as}; ${formatCount(hostnames ?? 0)}${room} custom hostnames`;
  return quota?.exceeded
    ? warning(what, `${says}; the number allowed is used up`, 'Edits go on; no hostname can be added.')
    : ok(what, says);
}

function checkQuota({ name, quota, share }: LaneConfig, { quotas }: Seen['last']): Check {
  const pace = callsPerSecond(laneLimit(quota, share));
  const declared = `${formatCount(quota.calls)} calls in ${quota.windowSeconds} s declared, ${Math.round(share * 100)}% of them used (${pace.toFixed(1)} a second)`;
  const what = `quota ${name}`;
  const least = quotas.reduce<RemainingQuota | undefined>(
    (low, each) => (low !== undefined && low.remaining <= each.remaining ? low : each),
    undefined,
  );
  if (least === undefined) return ok(what, `${declared}; the API does not tell what is left`);
  const of = least.quota === undefined ? '' : ` of ${formatCount(least.quota)}`;
  const says = `${formatCount(least.remaining)}${of} calls left, full again in ${formatDuration(least.reset_ms)}; ${declared}`;
  return least.quota !== undefined && least.remaining < least.quota * (1 - share)
    ? warning(what, says, 'Others use this credential: lower --share, or wait until it is full again.')
    : ok(what, says);
}
