import { bare, success } from './answer.ts';
import { ApiError } from './api-error.ts';
import { type ApiRequest, type Handled, livingOf, parseBody, recordOf, zoneOf } from './api-request.ts';
import { checkBody } from './check-body.ts';
import { checkHostname } from './check-hostname.ts';
import { isObject } from './check-ssl.ts';
import { uuid } from './draw.ts';
import { bodyContext, editHostname } from './edit-hostname.ts';
import { usableFrom } from './fallback-origin.ts';
import { listHostnames } from './list-hostnames.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { carriesKey } from './take-certificate.ts';
import type { WireHostname } from './wire-hostname.ts';
import { advanceToNow, deleteNow, editContext, loadInto, showHostname, type World } from './world.ts';
import { removeRecord, type Zone } from './zone-store.ts';

/** A hostname as lists show it, which may lag behind an edit. */
function showInList(world: World, record: StoredHostname): WireHostname {
  const lagging = world.lagging.get(record);
  if (lagging !== undefined && world.clock.now() < lagging.until) return lagging.shown;
  if (lagging !== undefined) world.lagging.delete(record);
  return showHostname(world, record);
}

/** `GET …/custom_hostnames`. */
export function listCustomHostnames(world: World, request: ApiRequest): Handled {
  const zone = zoneOf(request);
  const at = { now: world.clock.now(), fallbackFrom: usableFrom(zone.fallback) };
  const { records, info } = listHostnames(zone, request.query, at, world.knobs);
  const shown = records.map((record) => showInList(world, record));
  return { answer: success(world.knobs, shown, { info }), seen: records };
}

/** `GET …/custom_hostnames/{id}`. */
export function getCustomHostname(world: World, request: ApiRequest): Handled {
  const record = recordOf(request);
  return { answer: success(world.knobs, showHostname(world, record)), seen: [record] };
}

/** The most recently edited of equal hostnames in several zones takes the traffic. */
function takeTraffic(world: World, record: StoredHostname): void {
  if (world.zones.length === 1) return;
  const serving = world.serving.get(record.hostname);
  if (serving !== undefined && serving !== record.zone) world.judge.tookTraffic(record);
  world.serving.set(record.hostname, record.zone);
}

/** Counts one order of a certificate; throws the ApiError of the issuance limit. */
function countOrder(world: World, at: number): void {
  const { certificates } = world.limits;
  const verdict = certificates?.limit.count(at);
  if (verdict?.allowed === false) throw new ApiError(certificates?.code ?? 971, verdict.headers['retry-after']);
}

/** `PATCH …/custom_hostnames/{id}`: 202, the certificate's work following later. */
export function editCustomHostname(world: World, request: ApiRequest): Handled {
  const body = parseBody(request.body);
  const record = livingOf(request);
  if (carriesKey(body.ssl)) world.judge.carriedKey();
  advanceToNow(world, record);
  const context = editContext(world, zoneOf(request));
  const active = record.ssl?.status === 'active';
  const lag = world.knobs.list_lag_ms;
  const before = lag > 0 ? showHostname(world, record) : undefined;
  if (isObject(body.ssl) && world.limits.certificates?.edits === true) {
    checkBody(body, bodyContext(record, context));
    countOrder(world, request.at);
  }
  const { lost, equalSsl } = editHostname(record, body, context);
  const onlySsl = Object.keys(body).every((name) => name === 'ssl' || name === 'hostname');
  world.judge.remarked(record, { lost, equalSsl, onlySsl, active });
  if (before !== undefined) world.lagging.set(record, { shown: before, until: context.now + lag });
  takeTraffic(world, record);
  return { answer: success(world.knobs, showHostname(world, record), { status: 202 }), applied: true };
}

/** What creating one more hostname has to say about the quota; throws ApiError 1404 or 1405 where there is none left. */
function countHostname(world: World, zone: Zone): string {
  const { allocated, hard_cap } = world.quota;
  if (hard_cap === 0) throw new ApiError(1404);
  if (zone.records.length >= hard_cap) throw new ApiError(1405);
  return zone.records.length >= allocated
    ? 'The zone holds more custom hostnames than allocated; they are billed.'
    : '';
}

/** `POST …/custom_hostnames`: 201. */
export function createCustomHostname(world: World, request: ApiRequest): Handled {
  const body = parseBody(request.body);
  const zone = zoneOf(request);
  const warning = countHostname(world, zone);
  const hostname = checkHostname(body.hostname);
  const context = editContext(world, zone);
  checkBody(body, bodyContext({ originServer: undefined, ssl: undefined }, context));
  const branded = isObject(body.ssl) && body.ssl.cloudflare_branding === true;
  if (isObject(body.ssl) && hostname.length > 64 && !branded) throw new ApiError(1469);
  if (zone.byHostname.has(hostname)) throw new ApiError(1406);
  if (isObject(body.ssl)) countOrder(world, request.at);
  if (carriesKey(body.ssl)) world.judge.carriedKey();
  const id = uuid(world.seed, world.records.length, 93);
  const record = loadInto(world, { id, hostname, status: 'pending', zone_id: zone.id });
  try {
    editHostname(record, { ...body, hostname }, context);
  } catch (error) {
    removeRecord(zone, record);
    throw error;
  }
  const message = warning === '' ? {} : { message: warning };
  return { answer: success(world.knobs, showHostname(world, record), { status: 201, ...message }), applied: true };
}

/** `DELETE …/custom_hostnames/{id}`: the bare id, without the envelope. */
export function deleteCustomHostname(world: World, request: ApiRequest): Handled {
  const record = livingOf(request);
  deleteNow(world, zoneOf(request), record);
  return { answer: bare({ id: record.id }), applied: true };
}
