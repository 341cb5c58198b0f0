import { parseExact } from '../json/exact-json.ts';
import type { Json, JsonObject } from '../terms.ts';
import type { Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { isObject } from './check-ssl.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { isDead, type Zone } from './zone-store.ts';

/** Whose credential a call carries: the account's, or the own token of zones. */
export interface Caller {
  readonly token: string | undefined;
}
export const ACCOUNT: Caller = { token: undefined };

/** One API call on its way to its handler. */
export interface ApiRequest {
  readonly caller: Caller;
  readonly zone: Zone | undefined;
  readonly record: StoredHostname | undefined;
  /** The ids in the address, by the names the route gives them. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Real milliseconds since the simulator started. */
  readonly at: number;
}

/** What a handler made of a call. */
export interface Handled {
  answer: Answer;
  /** The call took effect. */
  applied?: boolean;
  /** The hostnames the answer shows. */
  seen?: readonly StoredHostname[];
}

/** The body of a call as an object; throws ApiError 1400 for anything else. */
export function parseBody(text: string): JsonObject {
  let body: Json;
  try {
    // As the API may, and a simulator that loses digits would hide a client that does.
    body = parseExact(text) as Json;
  } catch {
    throw new ApiError(1400);
  }
  if (!isObject(body)) throw new ApiError(1400);
  return body;
}

/** The zone a call is about; throws ApiError 7003 where the address names none. */
export function zoneOf({ zone }: ApiRequest): Zone {
  if (zone === undefined) throw new ApiError(7003);
  return zone;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The hostname a call is about; throws ApiError 1435 for an id that is none, 1436 where it is not there. */
export function recordOf({ record, ids }: ApiRequest): StoredHostname {
  if (!UUID.test(ids.hostname ?? '')) throw new ApiError(1435);
  if (record === undefined) throw new ApiError(1436);
  return record;
}

/** As `recordOf`, for what a hostname that is deleted does not take. */
export function livingOf(request: ApiRequest): StoredHostname {
  const record = recordOf(request);
  if (isDead(zoneOf(request), record)) throw new ApiError(1436);
  return record;
}
