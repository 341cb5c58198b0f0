import { advance } from './advance.ts';
import { success } from './answer.ts';
import { ApiError } from './api-error.ts';
import { type ApiRequest, type Handled, parseBody, zoneOf } from './api-request.ts';
import { checkOriginName } from './check-origin.ts';
import { type FallbackOrigin, fallbackStatus, usableFrom } from './fallback-origin.ts';
import { instant } from './instant.ts';
import type { World } from './world.ts';
import type { Zone } from './zone-store.ts';

const wireFallback = (fallback: FallbackOrigin, now: number): object => ({
  origin: fallback.origin,
  status: fallbackStatus(fallback, now),
  errors: [],
  created_at: instant(fallback.createdAt),
  updated_at: instant(fallback.askedAt),
});

/** The fallback origin as long as it is there; throws ApiError 1551 where none is. */
function fallbackOf(zone: Zone, now: number): FallbackOrigin {
  const { fallback } = zone;
  if (fallback === undefined || fallbackStatus(fallback, now) === undefined) throw new ApiError(1551);
  return fallback;
}

/** Puts another fallback origin in place; what the old one has brought about until now stays. */
function changeFallback(world: World, zone: Zone, fallback: FallbackOrigin): Handled {
  const now = world.clock.now();
  for (const record of zone.records) advance(record, now, usableFrom(zone.fallback));
  zone.fallback = fallback;
  return { answer: success(world.knobs, wireFallback(fallback, now)), applied: true };
}

/** `GET …/custom_hostnames/fallback_origin`. */
export function getFallbackOrigin(world: World, request: ApiRequest): Handled {
  const now = world.clock.now();
  return { answer: success(world.knobs, wireFallback(fallbackOf(zoneOf(request), now), now)) };
}

/** `PUT …/custom_hostnames/fallback_origin`: usable only after a while. */
export function putFallbackOrigin(world: World, request: ApiRequest): Handled {
  const { origin } = parseBody(request.body);
  const zone = zoneOf(request);
  if (typeof origin !== 'string') throw new ApiError(1400);
  checkOriginName(origin, zone);
  const now = world.clock.now();
  const createdAt = zone.fallback?.createdAt ?? now;
  return changeFallback(world, zone, { origin, asked: 'put', askedAt: now, createdAt });
}

/** `DELETE …/custom_hostnames/fallback_origin`: goes on for a while as pending_deletion. */
export function deleteFallbackOrigin(world: World, request: ApiRequest): Handled {
  const zone = zoneOf(request);
  const now = world.clock.now();
  const { origin, createdAt } = fallbackOf(zone, now);
  return changeFallback(world, zone, { origin, asked: 'delete', askedAt: now, createdAt });
}

/** `GET …/custom_hostnames/quota`. */
export function getQuota(world: World, request: ApiRequest): Handled {
  const { allocated, hard_cap } = world.quota;
  const used = zoneOf(request).records.length;
  return { answer: success(world.knobs, { allocated, used, exceeded: used >= allocated, hard_cap }) };
}

/** `GET /zones/{zone}/dcv_delegation/uuid`. */
export function getDelegation(world: World, request: ApiRequest): Handled {
  return {
    answer: success(world.knobs, { uuid: zoneOf(request).delegation }),
  };
}
