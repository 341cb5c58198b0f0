import { type Answer, failure, success } from './answer.ts';
import { ApiError } from './api-error.ts';
import type { ApiRequest, Handled } from './api-request.ts';
import { hexText, textBits } from './draw.ts';
import { pageOf } from './list-hostnames.ts';
import { wirePlan } from './plans.ts';
import type { World } from './world.ts';
import type { Zone } from './zone-store.ts';

const wireZone = (zone: Zone): object => ({
  id: zone.id,
  name: zone.name,
  status: 'active',
  paused: false,
  type: 'full',
  plan: wirePlan(zone.plan),
  account: { id: hexText(32, textBits(zone.id), 91), name: 'SaaS provider' },
});

/** `GET /zones`: the zones of the credential, filtered by `name`. */
export function listZones(world: World, { caller, query }: ApiRequest): Handled {
  const { page, perPage } = pageOf(query, { ...world.knobs, per_page_max: 50, per_page_over: 'refuse' });
  const name = query.get('name');
  const own = world.zones.filter(({ token }) => token === caller.token);
  const found = own.filter((zone) => name === null || zone.name === name.toLowerCase());
  const zones = found.slice((page - 1) * perPage, page * perPage);
  const info = {
    page,
    per_page: perPage,
    count: zones.length,
    total_count: found.length,
    total_pages: Math.ceil(found.length / perPage),
  };
  return { answer: success(world.knobs, zones.map(wireZone), { info }) };
}

/** `GET /zones/{zone}`. */
export function getZone(world: World, { zone }: ApiRequest): Handled {
  if (zone === undefined) throw new ApiError(7003);
  return { answer: success(world.knobs, wireZone(zone)) };
}

/** `GET /user/tokens/verify` and `GET /accounts/{account}/tokens/verify`: also answers a credential that is not valid, with 401 and code 1000. */
export function verifyToken(world: World, authorized: boolean): Answer {
  if (!authorized) return failure(world.knobs, 1000);
  const id = hexText(32, textBits(world.credentials.token), 92);
  return success(world.knobs, { id, status: 'active' }, { message: 'This API Token is valid and active' });
}
