import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { EXAMPLE_NAME, IPV4, NAME, NOT_PLAIN, RESERVED_SUFFIX } from './check-hostname.ts';

/** What the origins of a body are checked against. */
export interface OriginContext {
  /** Name of the zone. */
  name: string;
  /** Names with an address record in the zone; undefined where any will do. */
  origins: ReadonlySet<string> | undefined;
}

/** Throws the ApiError for a name that is no hostname to have as an origin. */
function checkForm(origin: string): void {
  if (origin.includes('*')) throw new ApiError(1420);
  if (NOT_PLAIN.test(origin)) throw new ApiError(1416);
  if (IPV4.test(origin) || origin.length > 255 || !NAME.test(origin)) throw new ApiError(1415);
  if (RESERVED_SUFFIX.test(origin)) throw new ApiError(1417);
  if (EXAMPLE_NAME.test(origin)) throw new ApiError(1419);
}

/** Throws the ApiError for a name that cannot be an origin in a zone (1415 to 1421). */
export function checkOriginName(origin: string, { origins }: OriginContext): void {
  checkForm(origin);
  if (origins !== undefined && !origins.has(origin.toLowerCase())) throw new ApiError(1421);
}

/** The origins a hostname has, or is to have; the empty string stands for none. */
interface Origins {
  server: string;
  wildcard: boolean;
}

/** The API has no code of its own for an SNI that is not allowed, as far as is documented. */
const SNI_CODE = 1415;

function checkSni(sni: string, { server, wildcard }: Origins, { name }: OriginContext): void {
  if (server === '' || wildcard) throw new ApiError(SNI_CODE);
  if (sni === ':request_host_header:') return;
  checkForm(sni);
  if (sni !== server && !sni.toLowerCase().endsWith(`.${name}`)) throw new ApiError(SNI_CODE);
}

function textOf(value: Json | undefined, stored: string | undefined): string {
  if (value === undefined || value === null) return stored ?? '';
  if (typeof value !== 'string') throw new ApiError(1400);
  return value;
}

/**
 * Throws the ApiError of the first thing wrong with the origins in a body, `stored` being what the hostname has: an SNI
 * needs an origin of the hostname's own and no wildcard, and lies in the zone or is that origin's name.
 */
export function checkOrigins(
  body: JsonObject,
  stored: { originServer: string | undefined; wildcard: boolean },
  allowed: boolean,
  context: OriginContext,
): void {
  const { custom_origin_server: givenServer, custom_origin_sni: givenSni } = body;
  const server = textOf(givenServer, stored.originServer);
  const sni = textOf(givenSni, undefined);
  const setsServer = typeof givenServer === 'string' && givenServer !== '';
  if ((setsServer || sni !== '') && !allowed) throw new ApiError(1414);
  if (setsServer) checkOriginName(server, context);
  if (sni !== '') checkSni(sni, { server, wildcard: stored.wildcard }, context);
}
