import { methodEnd } from '../certificate/calendar.ts';
import { DAY, MINUTE } from '../terms.ts';
import { DCV_CHECKS, firstCheckAfter, OWNERSHIP_CHECKS, scheduleEnd } from './check-schedule.ts';
import type { LiveHostname, LiveSsl } from './live.ts';

/** ISO 8601, and whether it is guessed: computed from an instant that nobody has recorded. */
export interface Instant {
  at: string;
  estimate: boolean;
}

/** What is still to come for a hostname; a member is absent where it does not apply or cannot be told. */
export interface Deadlines {
  /** From here on the certificate authority no longer accepts the validation tokens. */
  token_dies?: Instant;
  /** A pending hostname becomes `moved`: it is checked no more. A moved one is deleted. */
  hostname_lost?: Instant;
  /** Cloudflare's own next check, of the hostname or of the certificate, whichever comes first. */
  next_check?: Instant;
}

/** What is known of a hostname's past beside its live state, all in milliseconds since the epoch. */
export interface KnownPast {
  /** When the last `ssl` edit of ours was taken: it begins both schedules again. */
  restarted_at?: number;
  /** When the tokens it has now first showed, where it had none or others when it was seen before. */
  tokens_seen_at?: number;
  /** When it was first seen in its present hostname status. */
  status_seen_at?: number;
}

/** How long an authority accepts its tokens. https://developers.cloudflare.com/ssl/edge-certificates/changing-dcv-method/validation-backoff-schedule/ */
const TOKEN_LIFE_MS: ReadonlyMap<string, number> = new Map([
  ['lets_encrypt', 7 * DAY],
  ['google', 14 * DAY],
  ['ssl_com', 14 * DAY],
  ['digicert', 30 * DAY],
]);
/** Of an authority that is not named, or that this version does not know: the shortest, so that nobody comes too late. */
const SHORTEST_TOKEN_LIFE_MS = 7 * DAY;
/** A moved hostname is deleted after this long. */
const MOVED_LIFE_MS = 7 * DAY;
/** Tokens that were seen so soon after the hostname was created are the ones it was created with. */
const FIRST_TOKENS_MS = 10 * MINUTE;

/** How long `certificateAuthority` accepts a token, in milliseconds. */
const tokenLife = (certificateAuthority: string | undefined): number =>
  TOKEN_LIFE_MS.get(certificateAuthority ?? '') ?? SHORTEST_TOKEN_LIFE_MS;

/**
 * The deadlines of `live` as far as they can be told. Every one of them is an estimate but those that count from an
 * instant on record: an edit of ours, or tokens seen when the hostname was created. A guess that `now` (milliseconds
 * since the epoch) has already proved wrong is left out.
 */
export function deadlinesOf(live: LiveHostname, known: KnownPast, now: number): Deadlines {
  const created = live.created_at === undefined ? undefined : Date.parse(live.created_at);
  const past = {
    ...known,
    created: created === undefined || Number.isNaN(created) ? undefined : Math.min(created, now),
  };
  const deadlines: Deadlines = {};
  const dies = tokenDies(live.ssl, past, now);
  const lost = hostnameLost(live, past, now);
  const check = nextCheck(live, past, now);
  if (isBelievable(dies, now)) deadlines.token_dies = toInstant(dies);
  if (isBelievable(lost, now)) deadlines.hostname_lost = toInstant(lost);
  if (check !== undefined) deadlines.next_check = toInstant(check);
  return deadlines;
}

/** The first instant after which something is lost, in milliseconds since the epoch; a check is no deadline. */
export function firstDeadline({ token_dies, hostname_lost }: Deadlines): number | undefined {
  if (!token_dies && !hostname_lost) return undefined;
  const instants = [token_dies, hostname_lost].flatMap((instant) => (instant ? [Date.parse(instant.at)] : []));
  return Math.min(...instants);
}

interface Past extends KnownPast {
  created: number | undefined;
}

interface Moment {
  ms: number;
  estimate: boolean;
}

function tokenDies(ssl: LiveSsl | undefined, past: Past, now: number): Moment | undefined {
  if (ssl?.status !== 'pending_validation') return undefined;
  // Without records there is nothing yet, or nothing that anybody but Cloudflare has to publish in time.
  if ((ssl.validation_records ?? []).length === 0) return undefined;
  const life = tokenLife(ssl.certificate_authority);
  const sinceCreation = past.created !== undefined && past.created + life > now ? past.created : past.status_seen_at;
  const born = past.tokens_seen_at ?? past.restarted_at ?? sinceCreation;
  if (born === undefined) return undefined;
  const sinceCreated = past.created === undefined ? Number.NaN : born - past.created;
  const first = past.tokens_seen_at !== undefined && sinceCreated >= 0 && sinceCreated <= FIRST_TOKENS_MS;
  const dies = (first ? (past.created ?? born) : born) + life;
  const ends = methodEnd(ssl.method ?? '');
  if (ends !== undefined && Date.parse(ends.from) < dies) return { ms: Date.parse(ends.from), estimate: false };
  return { ms: dies, estimate: !first || !TOKEN_LIFE_MS.has(ssl.certificate_authority ?? '') };
}

function hostnameLost(live: LiveHostname, past: Past, now: number): Moment | undefined {
  if (live.status === 'moved') {
    // It was moved before it was seen so: it goes at this instant at the latest.
    return past.status_seen_at === undefined ? undefined : { ms: past.status_seen_at + MOVED_LIFE_MS, estimate: true };
  }
  if (live.status !== 'pending') return undefined;
  const begun = scheduleBegun(OWNERSHIP_CHECKS, past, now);
  return begun === undefined ? undefined : { ...begun, ms: begun.ms + scheduleEnd(OWNERSHIP_CHECKS) };
}

function nextCheck(live: LiveHostname, past: Past, now: number): Moment | undefined {
  const schedules = [
    ...(live.status === 'pending' ? [OWNERSHIP_CHECKS] : []),
    ...(live.ssl?.status === 'pending_validation' ? [DCV_CHECKS] : []),
  ];
  const moments = schedules.flatMap((checks): Moment[] => {
    const begun = scheduleBegun(checks, past, now);
    const ms = begun === undefined ? undefined : firstCheckAfter(checks, begun.ms, now);
    return begun === undefined || ms === undefined ? [] : [{ ...begun, ms }];
  });
  return moments.sort((a, b) => a.ms - b.ms)[0];
}

/**
 * When a schedule of checks began: known where we began it. Else perhaps with the hostname's creation, unless it would
 * have ended since; else no later than when the status was first seen.
 */
function scheduleBegun(checks: readonly number[], past: Past, now: number): Moment | undefined {
  const { restarted_at, status_seen_at, created } = past;
  if (restarted_at !== undefined) return { ms: restarted_at, estimate: false };
  const stillRuns = created !== undefined && created + scheduleEnd(checks) > now;
  const ms = stillRuns ? created : status_seen_at;
  return ms === undefined ? undefined : { ms, estimate: true };
}

/** A guess that lies in the past is wrong, as it has not happened; what is known is only late. */
const isBelievable = (moment: Moment | undefined, now: number): moment is Moment =>
  moment !== undefined && (!moment.estimate || moment.ms > now);

const toInstant = ({ ms, estimate }: Moment): Instant => ({ at: new Date(ms).toISOString(), estimate });
