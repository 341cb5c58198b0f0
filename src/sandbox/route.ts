import { getZone, listZones } from './account-handlers.ts';
import type { ApiRequest, Handled } from './api-request.ts';
import { deleteCertificate, replaceCertificate } from './certificate-handlers.ts';
import type { SandboxCallKind } from './fault-rule.ts';
import {
  createCustomHostname,
  deleteCustomHostname,
  editCustomHostname,
  getCustomHostname,
  listCustomHostnames,
} from './hostname-handlers.ts';
import type { World } from './world.ts';
import {
  deleteFallbackOrigin,
  getDelegation,
  getFallbackOrigin,
  getQuota,
  putFallbackOrigin,
} from './zone-handlers.ts';

interface Route {
  method: string;
  /** Segments after the API's base; `:zone` and `:hostname` stand for ids. */
  path: readonly string[];
  kind: SandboxCallKind;
  handle: (world: World, request: ApiRequest) => Handled;
}

const route = (
  method: string,
  path: string,
  kind: SandboxCallKind,
  handle: (world: World, request: ApiRequest) => Handled,
): Route => ({ method, path: path.split('/').slice(1), kind, handle });

const HOSTNAMES = '/zones/:zone/custom_hostnames';
const CERTIFICATE = `${HOSTNAMES}/:hostname/certificate_pack/:pack/certificates/:certificate`;

/** Every endpoint of the API that the simulator has; fixed segments stand before those that are ids. */
const ROUTES: readonly Route[] = [
  route('GET', '/zones', 'read', listZones),
  route('GET', '/zones/:zone', 'read', getZone),
  route('GET', HOSTNAMES, 'list', listCustomHostnames),
  route('POST', HOSTNAMES, 'create', createCustomHostname),
  route('GET', `${HOSTNAMES}/quota`, 'other', getQuota),
  route('GET', `${HOSTNAMES}/fallback_origin`, 'other', getFallbackOrigin),
  route('PUT', `${HOSTNAMES}/fallback_origin`, 'other', putFallbackOrigin),
  route('DELETE', `${HOSTNAMES}/fallback_origin`, 'other', deleteFallbackOrigin),
  route('GET', `${HOSTNAMES}/:hostname`, 'read', getCustomHostname),
  route('PATCH', `${HOSTNAMES}/:hostname`, 'edit', editCustomHostname),
  route('DELETE', `${HOSTNAMES}/:hostname`, 'delete', deleteCustomHostname),
  route('PUT', CERTIFICATE, 'other', replaceCertificate),
  route('DELETE', CERTIFICATE, 'other', deleteCertificate),
  route('GET', '/zones/:zone/dcv_delegation/uuid', 'other', getDelegation),
];

/** A route and the ids in the address that led to it. */
export interface Routed {
  route: Route;
  ids: Readonly<Record<string, string>>;
}

function idsOf(path: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (path.length !== segments.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [at, expected] of path.entries()) {
    const segment = segments[at] ?? '';
    if (expected.startsWith(':')) ids[expected.slice(1)] = segment;
    else if (expected !== segment) return undefined;
  }
  return ids;
}

/** The route of an address, given as its segments after the API's base; undefined where there is none. */
export function findRoute(method: string, segments: readonly string[]): Routed | undefined {
  for (const candidate of ROUTES) {
    if (candidate.method !== method) continue;
    const ids = idsOf(candidate.path, segments);
    if (ids !== undefined) return { route: candidate, ids };
  }
  return undefined;
}
