import { advance } from './advance.ts';
import type { ResultInfo } from './answer.ts';
import { ApiError } from './api-error.ts';
import type { Knobs } from './knobs.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { Zone } from './zone-store.ts';

/** Default of the older reference page; the newest prints none. */
const DEFAULT_PER_PAGE = 20;
const LEAST_PER_PAGE = 5;

type Test = (record: StoredHostname) => boolean;

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d+$/.test(text)) throw new ApiError(1400);
  return Number(text);
}

/** Page number and size; throws ApiError where the zone does not give as many per page. */
export function pageOf(query: URLSearchParams, knobs: Knobs): { page: number; perPage: number } {
  const page = wholeNumber(query, 'page', 1);
  const perPage = wholeNumber(query, 'per_page', DEFAULT_PER_PAGE);
  const tooMany = perPage > knobs.per_page_max;
  if (page < 1 || perPage < LEAST_PER_PAGE || (tooMany && knobs.per_page_over === 'refuse')) throw new ApiError(1400);
  return { page, perPage: Math.min(perPage, knobs.per_page_max) };
}

const NAME_FILTERS: Record<string, (hostname: string, text: string) => boolean> = {
  hostname: (hostname, text) => hostname === text,
  'hostname.exact': (hostname, text) => hostname === text,
  'hostname.contain': (hostname, text) => hostname.includes(text),
  'hostname.startsWith': (hostname, text) => hostname.startsWith(text),
};

const OTHER_FILTERS: Record<string, (record: StoredHostname, text: string) => boolean> = {
  hostname_status: (record, text) => record.status === text,
  ssl_status: (record, text) => record.ssl?.status === text,
  ssl: (record, text) => (record.ssl !== undefined) === (text === '1' || text === 'true'),
  certificate_authority: (record, text) =>
    record.ssl?.uploaded === undefined && record.ssl?.certificateAuthority === text,
  custom_origin_server: (record, text) => record.originServer === text,
  wildcard: (record, text) => (record.ssl?.wildcard ?? false) === (text === 'true' || text === '1'),
};

/** The tests of a query's filters; throws ApiError for filters that exclude each other. */
function filters(query: URLSearchParams): Test[] {
  const names = Object.keys(NAME_FILTERS).filter((name) => query.has(name));
  if (query.has('id') && names.length > 0) throw new ApiError(1438);
  if (names.length > 1) throw new ApiError(1437);
  const tests: Test[] = [];
  for (const [name, matches] of Object.entries(NAME_FILTERS)) {
    const text = query.get(name)?.toLowerCase();
    if (text !== undefined && text.length > 255) throw new ApiError(1437);
    if (text !== undefined) tests.push((record) => matches(record.hostname, text));
  }
  for (const [name, matches] of Object.entries(OTHER_FILTERS)) {
    const text = query.get(name);
    if (text !== null) tests.push((record) => matches(record, text));
  }
  return tests;
}

/** The records a query can concern at all: those that it names, so that a look-up does not walk the zone. */
function candidates(zone: Zone, query: URLSearchParams): readonly StoredHostname[] {
  const id = query.get('id');
  if (id !== null && id.length !== 36) throw new ApiError(1435);
  const hostname = query.get('hostname') ?? query.get('hostname.exact');
  if (id === null && hostname === null) return zone.records;
  if (id !== null) return [zone.byId.get(id)].filter((record) => record !== undefined);
  const name = (hostname ?? '').toLowerCase();
  const dead = zone.dead.map(({ record }) => record).filter((record) => record.hostname === name);
  return [...dead, zone.byHostname.get(name)].filter((record) => record !== undefined);
}

function sorted(records: readonly StoredHostname[], query: URLSearchParams): readonly StoredHostname[] {
  const order = query.get('order');
  if (order === null) return query.get('direction') === 'desc' ? records.toReversed() : records;
  const key = (record: StoredHostname): string =>
    order === 'ssl_status' ? (record.ssl?.status ?? '') : record.ssl === undefined ? '0' : '1';
  const sign = query.get('direction') === 'desc' ? -1 : 1;
  return records.toSorted((left, right) => sign * (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
}

/**
 * One page of a zone's hostnames, each advanced to `now`. Throws ApiError for a query the API refuses (1400 for paging,
 * 1435, 1437, 1438).
 */
export function listHostnames(
  zone: Zone,
  query: URLSearchParams,
  { now, fallbackFrom }: { now: number; fallbackFrom: number },
  knobs: Knobs,
): { records: readonly StoredHostname[]; info: ResultInfo } {
  const { page, perPage } = pageOf(query, knobs);
  const tests = filters(query);
  let found = candidates(zone, query);
  const moving = tests.length > 0 || query.has('order');
  if (moving) for (const record of found) advance(record, now, fallbackFrom);
  if (tests.length > 0) found = found.filter((record) => tests.every((test) => test(record)));
  const start = (page - 1) * perPage;
  const records = sorted(found, query).slice(start, start + perPage);
  if (!moving) for (const record of records) advance(record, now, fallbackFrom);
  const total = knobs.total_count === 'all' ? zone.records.length : found.length;
  return {
    records,
    info: {
      page,
      per_page: perPage,
      count: records.length,
      total_count: total,
      total_pages: Math.ceil(total / perPage),
    },
  };
}
