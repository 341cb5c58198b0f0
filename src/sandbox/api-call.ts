import type { IncomingHttpHeaders } from 'node:http';
import { verifyToken } from './account-handlers.ts';
import { advance } from './advance.ts';
import { failure } from './answer.ts';
import { ApiError } from './api-error.ts';
import { drift } from './drift.ts';
import { editHostname } from './edit-hostname.ts';
import type { FaultEffect, SandboxCallKind } from './fault-rule.ts';
import { findRoute, type Routed } from './route.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { ApiRequest, Handled, World } from './world.ts';
import { removeRecord } from './zone-store.ts';

/** A call that has been let in and led to its handler. */
export interface LedCall {
  routed: Routed;
  request: ApiRequest;
  /** Headers of the rate limit, for the answer. */
  headers: Record<string, string>;
}

/** What is known of a call before it is carried out: what it is about, and either where it goes or why it is refused. */
export interface Reception {
  kind: SandboxCallKind;
  record: StoredHostname | undefined;
  outcome: { led: LedCall } | { refused: Handled };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the headers carry the credential: the bearer token, or the e-mail address and key. */
export const isAuthorized = ({ credentials }: World, headers: IncomingHttpHeaders): boolean => {
  if (credentials.revoked) return false;
  if (headers.authorization === `Bearer ${credentials.token}`) return true;
  return headers['x-auth-email'] === credentials.email && headers['x-auth-key'] === credentials.key;
};

const refused = (world: World, code: number, headers: Record<string, string> = {}): Handled => {
  const answer = failure(world.knobs, code);
  return { answer: { ...answer, headers: { ...answer.headers, ...headers } } };
};

/** What a call is before its body is known. */
export interface CallHead {
  method: string;
  segments: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  at: number;
}

/**
 * Leads a call to its handler, or refuses it. The order is the API's (assumed): credential, address, rate limit; what
 * the handler checks comes after.
 */
export const receive = (world: World, head: CallHead, body: string): Reception => {
  const { method, segments, query, headers, at } = head;
  const authorized = isAuthorized(world, headers);
  const routed = findRoute(method, segments);
  const ids = routed?.ids ?? {};
  const zone = world.zones.find(({ id }) => id === ids.zone);
  const record = ids.hostname === undefined ? undefined : zone?.byId.get(ids.hostname);
  const about = { kind: routed?.route.kind ?? 'other', record } as const;
  const refuse = (code: number, more?: Record<string, string>): Reception => ({
    ...about,
    outcome: { refused: refused(world, code, more) },
  });
  if (method === 'GET' && segments.join('/') === 'user/tokens/verify') {
    return { kind: 'read', record, outcome: { refused: verifyToken(world, authorized) } };
  }
  if (!authorized) return refuse(10_000);
  if (routed === undefined || (ids.zone !== undefined && !/^[0-9a-f]{32}$/.test(ids.zone))) return refuse(7003);
  if (ids.zone !== undefined && zone === undefined) return refuse(10_000);
  const verdict = world.rateLimit?.(at);
  if (verdict?.allowed === false) return refuse(971, verdict.headers);
  const led = { routed, request: { zone, record, query, body, at }, headers: verdict?.headers ?? {} };
  return { ...about, outcome: { led } };
};

/** Carries a call out; whatever it throws as ApiError becomes its answer. */
export const carryOut = (world: World, { routed, request, headers }: LedCall): Handled => {
  try {
    // Another one may have deleted the hostname since the call was let in.
    const { hostname: id } = routed.ids;
    if (id !== undefined && !UUID.test(id)) throw new ApiError(1435);
    const record = id === undefined ? undefined : request.zone?.byId.get(id);
    const handled = routed.route.handle(world, { ...request, record });
    return { ...handled, answer: { ...handled.answer, headers: { ...handled.answer.headers, ...headers } } };
  } catch (error) {
    if (error instanceof ApiError) return refused(world, error.code, headers);
    throw error;
  }
};

/** Lets somebody else interfere, as a fault says, just before a call is carried out. */
export const interfere = (world: World, effect: FaultEffect, { request }: LedCall): void => {
  const { zone, record } = request;
  if (effect.type === 'revoke') world.credentials.revoked = true;
  if (zone === undefined) return;
  if (effect.type === 'drift') drift(world, zone, effect);
  if (record === undefined || zone.byId.get(record.id) !== record) return;
  if (effect.type === 'delete') removeRecord(zone, record);
  if (effect.type === 'edit') {
    const { clock, knobs, entitlements, refuseSelfSigned } = world;
    advance(record, clock.now());
    editHostname(record, effect.body, {
      now: clock.now(),
      knobs,
      entitlements,
      origins: zone.origins,
      refuseSelfSigned,
    });
  }
};
