import type { IncomingHttpHeaders } from 'node:http';
import { ZONE_ID } from '../terms.ts';
import { verifyToken } from './account-handlers.ts';
import { type Answer, failure, htmlPage } from './answer.ts';
import { ApiError } from './api-error.ts';
import { ACCOUNT, type ApiRequest, type Caller, type Handled } from './api-request.ts';
import type { SandboxCallKind } from './fault-rule.ts';
import type { Knobs } from './knobs.ts';
import { findRoute, type Routed } from './route.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { World } from './world.ts';
import { forgetDead } from './zone-store.ts';

/** A call that has been let in, and where it leads. */
export interface LedCall {
  routed: Routed;
  request: ApiRequest;
  /** Headers of the rate limit, for the answer. */
  headers: Record<string, string>;
}

/** What is known of a call before it is carried out: what it is about, and where it leads or why it is refused. */
export interface Reception {
  kind: SandboxCallKind;
  record: StoredHostname | undefined;
  outcome: { led: LedCall } | { refused: Answer };
}

/** A call as it arrived. */
export interface CallHead {
  method: string;
  /** Of the path, after the API's base. */
  segments: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Real milliseconds since the simulator started. */
  at: number;
}

/** Who makes a call, undefined where the headers carry no good credential: the account (its token, or e-mail address and key), or one zone's own token. */
function callerOf({ credentials, zones }: World, headers: IncomingHttpHeaders): Caller | undefined {
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  if (bearer === credentials.token) return credentials.revoked ? undefined : ACCOUNT;
  if (bearer !== undefined) return zones.some(({ token }) => token === bearer) ? { token: bearer } : undefined;
  const isAccount = headers['x-auth-email'] === credentials.email && headers['x-auth-key'] === credentials.key;
  return isAccount ? ACCOUNT : undefined;
}

function refuse({ knobs }: World, code: number, headers: Record<string, string> = {}): Answer {
  const answer = failure(knobs, code);
  Object.assign(answer.headers, headers);
  return answer;
}

/** The limits a call counts against: the headers for its answer, or the answer that refuses it. */
function countCall(
  world: World,
  caller: Caller,
  at: number,
): { headers: Record<string, string> } | { refused: Answer } {
  const address = world.limits.address?.count(at);
  if (address?.allowed === false) return { refused: refuse(world, 971, address.headers) };
  const calls = world.limits.callsOf(caller)?.count(at);
  if (calls?.allowed === false) return { refused: refuse(world, 971, calls.headers) };
  return { headers: calls?.headers ?? {} };
}

/** What stands before the API refuses or gives up by itself, whatever the credential: a body that looks like an attack, a page that takes too long. */
function pageOfEdge(
  { waf, per_page_times_out }: Knobs,
  { kind, query, body }: { kind: SandboxCallKind; query: URLSearchParams; body: string },
): Answer | undefined {
  if (waf && /<script\b/i.test(body)) return htmlPage(403);
  return kind === 'list' && Number(query.get('per_page')) > per_page_times_out ? htmlPage(504) : undefined;
}

/**
 * Leads a call to its handler, or refuses it. The order is the API's (assumed): credential, address, rate limit; what
 * the handler checks comes after.
 */
export function receive(world: World, { method, segments, query, headers, at }: CallHead, body: string): Reception {
  const caller = callerOf(world, headers);
  if (method === 'GET' && segments.slice(-2).join('/') === 'tokens/verify') {
    return { kind: 'read', record: undefined, outcome: { refused: verifyToken(world, caller !== undefined) } };
  }
  const routed = findRoute(method, segments);
  const ids = routed?.ids ?? {};
  const zone = world.zones.find(({ id }) => id === ids.zone);
  if (zone !== undefined) forgetDead(zone, world.clock.now());
  const record = ids.hostname === undefined ? undefined : zone?.byId.get(ids.hostname);
  const about = { kind: routed?.route.kind ?? 'other', record } as const;
  if (caller === undefined) return { ...about, outcome: { refused: refuse(world, 10_000) } };
  if (routed === undefined || (ids.zone !== undefined && !ZONE_ID.test(ids.zone))) {
    return { ...about, outcome: { refused: refuse(world, 7003) } };
  }
  if (ids.zone !== undefined && zone?.token !== caller.token) {
    return { ...about, outcome: { refused: refuse(world, 10_000) } };
  }
  if (zone?.refuses !== undefined && segments.includes('custom_hostnames')) {
    return { ...about, outcome: { refused: refuse(world, zone.refuses) } };
  }
  const page = pageOfEdge(world.knobs, { kind: about.kind, query, body });
  if (page !== undefined) return { ...about, outcome: { refused: page } };
  const counted = countCall(world, caller, at);
  if ('refused' in counted) return { ...about, outcome: counted };
  return {
    ...about,
    outcome: { led: { routed, request: { caller, zone, record, ids, query, body, at }, ...counted } },
  };
}

/** Carries a call out; whatever it throws as ApiError becomes its answer. */
export function carryOut(world: World, { routed, request, headers }: LedCall): Handled {
  try {
    const { zone, record } = request;
    // Another one may have deleted the hostname since the call was let in.
    const gone = record !== undefined && zone?.byId.get(record.id) !== record;
    const handled = routed.route.handle(world, gone ? { ...request, record: undefined } : request);
    Object.assign(handled.answer.headers, headers);
    return handled;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const wait = error.retryAfter === undefined ? {} : { 'retry-after': error.retryAfter };
    return { answer: refuse(world, error.code, { ...headers, ...wait }) };
  }
}
