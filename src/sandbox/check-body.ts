import { METADATA_MAX_BYTES, metadataBytes } from '../hostname/change.ts';
import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { checkOrigins, type OriginContext } from './check-origin.ts';
import { checkSsl, isObject } from './check-ssl.ts';
import type { Entitlements } from './plans.ts';

/** What a body is checked against. */
export interface BodyContext {
  /** What the hostname has so far. */
  stored: { originServer: string | undefined; wildcard: boolean };
  entitlements: Entitlements;
  zone: OriginContext;
  /** The code for an `ssl` object without type or method. */
  incompleteCode: number;
  /** Unix milliseconds. */
  now: number;
}

/** The text, not the value, in the place of `ssl` takes the certificate away; an engineer of Cloudflare has written so. */
export const SSL_OFF = 'null';

function checkMetadata(metadata: Json, { stored, entitlements }: BodyContext): void {
  if (!isObject(metadata)) throw new ApiError(1400);
  if (Object.keys(metadata).length === 0) return;
  if (!entitlements.custom_metadata) throw new ApiError(1413);
  // Which code the API has for this is not documented.
  if (metadataBytes(metadata) > METADATA_MAX_BYTES) throw new ApiError(1401);
  if (stored.wildcard && !entitlements.wildcard_metadata) throw new ApiError(1412);
}

/**
 * Throws the ApiError of the first thing wrong with the body of a PATCH or POST, in the order of the API (assumed).
 * Certificates are checked when they are taken.
 */
export function checkBody(body: JsonObject, context: BodyContext): void {
  const { custom_metadata: metadata, ssl } = body;
  const { stored, entitlements, zone } = context;
  if (metadata !== undefined && metadata !== null) checkMetadata(metadata, context);
  checkOrigins(body, stored, entitlements.custom_origin, zone);
  if (ssl === undefined || ssl === null || ssl === SSL_OFF) return;
  if (!isObject(ssl)) throw new ApiError(1400);
  checkSsl(ssl, context);
}
