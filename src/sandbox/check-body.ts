import { METADATA_MAX_BYTES, metadataBytes } from '../hostname/change.ts';
import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { checkSsl, isObject } from './check-ssl.ts';

/** What the zone's plan allows. */
export interface Entitlements {
  custom_metadata: boolean;
  wildcard_metadata: boolean;
  custom_origin: boolean;
  wildcard: boolean;
}

/** What a body is checked against. */
export interface BodyContext {
  /** Whether the hostname has, or is getting, a wildcard certificate. */
  wildcard: boolean;
  entitlements: Entitlements;
  /** Names with an address record in the zone; undefined where any will do. */
  origins: ReadonlySet<string> | undefined;
}

const RESERVED_SUFFIX = /\.(test|example|invalid|localhost|local|onion|internal|arpa)$/;
const EXAMPLE = /(^|\.)example\.(com|net|org)$/;
const LABELS = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

const checkMetadata = (metadata: Json, context: BodyContext): void => {
  if (!isObject(metadata)) throw new ApiError(1400);
  if (Object.keys(metadata).length === 0) return;
  if (!context.entitlements.custom_metadata) throw new ApiError(1413);
  // Which code the API has for this is not documented.
  if (metadataBytes(metadata) > METADATA_MAX_BYTES) throw new ApiError(1401);
  if (context.wildcard && !context.entitlements.wildcard_metadata) throw new ApiError(1412);
};

/** Throws the ApiError for an origin that cannot be one. */
const checkOrigin = (origin: Json, context: BodyContext): void => {
  if (typeof origin !== 'string') throw new ApiError(1400);
  if (origin === '') return;
  if (!context.entitlements.custom_origin) throw new ApiError(1414);
  if (origin.includes('*')) throw new ApiError(1420);
  if (/[^\w.-]/.test(origin)) throw new ApiError(1416);
  if (IPV4.test(origin) || origin.length > 255 || !LABELS.test(origin)) throw new ApiError(1415);
  if (RESERVED_SUFFIX.test(origin)) throw new ApiError(1417);
  if (EXAMPLE.test(origin)) throw new ApiError(1419);
  if (context.origins !== undefined && !context.origins.has(origin.toLowerCase())) throw new ApiError(1421);
};

/** Throws the ApiError for a hostname that cannot be created. */
export const checkHostname = (hostname: Json | undefined): void => {
  if (typeof hostname !== 'string' || hostname === '') throw new ApiError(1407);
  if (hostname.length > 255) throw new ApiError(1408);
  if (IPV4.test(hostname) || hostname.includes(':')) throw new ApiError(1409);
  const plain = hostname.replace(/^\*\./, '');
  if (/[^\w.-]/.test(plain) || RESERVED_SUFFIX.test(plain)) throw new ApiError(1410);
  if (EXAMPLE.test(plain)) throw new ApiError(1411);
  if (!LABELS.test(plain)) throw new ApiError(1407);
};

/**
 * Throws the ApiError of the first thing wrong with the body of a PATCH or POST, in the order of the API (assumed).
 * Certificates are checked when they are taken.
 */
export const checkBody = (body: JsonObject, context: BodyContext): void => {
  const { custom_metadata: metadata, custom_origin_server: server, custom_origin_sni: sni, ssl } = body;
  if (metadata !== undefined && metadata !== null) checkMetadata(metadata, context);
  if (server !== undefined && server !== null) checkOrigin(server, context);
  if (sni !== undefined && sni !== null && sni !== ':request_host_header:') {
    checkOrigin(sni, { ...context, origins: undefined });
  }
  if (ssl === undefined || ssl === null) return;
  if (!isObject(ssl)) throw new ApiError(1400);
  checkSsl(ssl, context.entitlements.wildcard);
};
