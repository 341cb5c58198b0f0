import type { Json, JsonObject } from '../terms.ts';
import { advance } from './advance.ts';
import { bare, success } from './answer.ts';
import { ApiError } from './api-error.ts';
import { checkBody, checkHostname } from './check-body.ts';
import { isObject } from './check-ssl.ts';
import { uuid } from './draw.ts';
import { type EditContext, editHostname } from './edit-hostname.ts';
import { listHostnames } from './list-hostnames.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { carriesKey } from './take-certificate.ts';
import { type ApiRequest, type Handled, loadInto, showHostname, type World } from './world.ts';
import { removeRecord, type Zone } from './zone-store.ts';

/** The body of a call as an object; throws ApiError 1400 for anything else. */
export const parseBody = (text: string): JsonObject => {
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch {
    throw new ApiError(1400);
  }
  if (!isObject(body)) throw new ApiError(1400);
  return body;
};

const zoneOf = ({ zone }: ApiRequest): Zone => {
  if (zone === undefined) throw new ApiError(7003);
  return zone;
};

const recordOf = ({ record }: ApiRequest): StoredHostname => {
  if (record === undefined) throw new ApiError(1436);
  return record;
};

const editContext = (world: World, zone: Zone): EditContext => ({
  now: world.clock.now(),
  knobs: world.knobs,
  entitlements: world.entitlements,
  origins: zone.origins,
  refuseSelfSigned: world.refuseSelfSigned,
});

/** `GET …/custom_hostnames`. */
export const listCustomHostnames = (world: World, request: ApiRequest): Handled => {
  const { records, info } = listHostnames(zoneOf(request), request.query, world.clock.now(), world.knobs);
  const shown = records.map((record) => showHostname(world, record));
  return { answer: success(world.knobs, shown, { info }), seen: records };
};

/** `GET …/custom_hostnames/{id}`. */
export const getCustomHostname = (world: World, request: ApiRequest): Handled => {
  const record = recordOf(request);
  return { answer: success(world.knobs, showHostname(world, record)), seen: [record] };
};

/** The most recently edited of equal hostnames in several zones takes the traffic. */
const takeTraffic = (world: World, record: StoredHostname): void => {
  if (world.zones.length === 1) return;
  const serving = world.serving.get(record.hostname);
  if (serving !== undefined && serving !== record.zone) world.judge.tookTraffic(record);
  world.serving.set(record.hostname, record.zone);
};

/** `PATCH …/custom_hostnames/{id}`: 202, the certificate's work following later. */
export const editCustomHostname = (world: World, request: ApiRequest): Handled => {
  const body = parseBody(request.body);
  const record = recordOf(request);
  if (carriesKey(body.ssl)) world.judge.carriedKey();
  const context = editContext(world, zoneOf(request));
  advance(record, context.now);
  const active = record.ssl?.status === 'active';
  const remarks = editHostname(record, body, context);
  const onlySsl = Object.keys(body).every((name) => name === 'ssl' || name === 'hostname');
  world.judge.remarked(record, { ...remarks, onlySsl, active });
  takeTraffic(world, record);
  return { answer: success(world.knobs, showHostname(world, record), { status: 202 }), applied: true };
};

/** `POST …/custom_hostnames`: 201. */
export const createCustomHostname = (world: World, request: ApiRequest): Handled => {
  const body = parseBody(request.body);
  const zone = zoneOf(request);
  checkHostname(body.hostname);
  const hostname = String(body.hostname).toLowerCase();
  const context = editContext(world, zone);
  checkBody(body, { wildcard: false, entitlements: context.entitlements, origins: context.origins });
  const branded = isObject(body.ssl) && body.ssl.cloudflare_branding === true;
  if (isObject(body.ssl) && hostname.length > 64 && !branded) throw new ApiError(1469);
  if (zone.byHostname.has(hostname)) throw new ApiError(1406);
  const id = uuid(world.seed, world.records.length, 93);
  const record = loadInto(world, { id, hostname, status: 'pending', zone_id: zone.id });
  try {
    editHostname(record, { ...body, hostname }, context);
  } catch (error) {
    removeRecord(zone, record);
    throw error;
  }
  return { answer: success(world.knobs, showHostname(world, record), { status: 201 }), applied: true };
};

/** `DELETE …/custom_hostnames/{id}`: the bare id, without the envelope. */
export const deleteCustomHostname = (_world: World, request: ApiRequest): Handled => {
  const record = recordOf(request);
  removeRecord(zoneOf(request), record);
  return { answer: bare({ id: record.id }), applied: true };
};
