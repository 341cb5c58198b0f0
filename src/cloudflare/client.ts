import { domainToASCII } from 'node:url';
import { Agent } from 'undici';
import type { LiveHostname } from '../hostname/live.ts';
import type { PackPlace } from '../hostname/pack.ts';
import { stringifyExact } from '../json/exact-json.ts';
import { type CustomHostnameId, type Hostname, type JsonObject, SECOND, type ZoneId } from '../terms.ts';
import { authHeaders, type Credential, secretOf } from './credential.ts';
import { type Envelope, openEnvelope, type RawAnswer } from './envelope.ts';
import { badAnswer, type CallFailure, scrub } from './failure.ts';
import { type HttpHead, httpCall } from './http-call.ts';
import { networkFailure } from './network-failure.ts';
import { parseRatelimit, type RemainingQuota } from './ratelimit-header.ts';
import { secretsIn } from './secrets-in.ts';
import {
  type HostnameQuota,
  parseHostnameResult,
  parseQuota,
  parseToken,
  parseZones,
  type TokenFacts,
  type ZoneFacts,
} from './wire.ts';

/**
 * What came of one call: a value or a failure, and in both cases what the API says is left of the quota. `at`: the clock of who
 * answered (`date`), in whole seconds, as milliseconds since 1970.
 */
export type Answer<T> = { quotas: RemainingQuota[]; at?: number; cf_ray?: string; request?: HttpRequest } & (
  | { ok: true; value: T }
  | { ok: false; failure: CallFailure }
);

/** One call as HTTP has it, for who measures. The URL holds ids and names, and no secret. */
export interface HttpRequest {
  method: 'GET' | 'PATCH' | 'PUT';
  url: string;
  /** Absent where no answer came. */
  status?: number;
}

/** Which hostname a call is about. Every answer is held against all of it that is given. */
export interface HostnameAddress {
  zone_id: ZoneId;
  id: CustomHostnameId;
  hostname?: Hostname;
}

export interface HostnamePage {
  hostnames: LiveHostname[];
  /** Entries that are no hostname, by what can be told of them. */
  left_out?: string[];
  /** Size of the pages as the API cut them, which may be less than was asked for. */
  per_page?: number;
  /** Of the whole zone, as far as the API tells; whether that of a filtered list honours the filter is not documented. */
  total_count?: number;
}

/** Lets a list hold only the hostnames whose statuses are these; both wire values, also ones this version does not know. */
export interface ListFilter {
  hostname_status?: string;
  ssl_status?: string;
}

export interface ClientOptions {
  baseUrl: string;
  credential: Credential;
  /** Longest time for one call, from its start to the last byte. */
  timeoutMs?: number;
  userAgent?: string;
}

const CONNECT_TIMEOUT_MS = 10 * SECOND;
const CALL_TIMEOUT_MS = 30 * SECOND;
/** A page of 1,000 hostnames takes 2 to 4 MB. */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024;
/** The most that the API lists of zones at a time. */
export const ZONES_PER_PAGE = 50;
/** More than any lane runs side by side. */
const CONNECTIONS = 64;

/**
 * The calls hostroll makes, one request each, never repeated here: when and whether to repeat is decided by the lane.
 * Endpoints: https://developers.cloudflare.com/api/resources/custom_hostnames/
 */
export class CloudflareClient {
  readonly #baseUrl: string;
  readonly #base: URL;
  readonly #credential: Credential;
  readonly #timeoutMs: number;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;

  constructor({ baseUrl, credential, timeoutMs = CALL_TIMEOUT_MS, userAgent = 'hostroll' }: ClientOptions) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#base = new URL(this.#baseUrl);
    this.#credential = credential;
    this.#timeoutMs = timeoutMs;
    this.#headers = { ...authHeaders(credential), accept: 'application/json', 'user-agent': userAgent };
    this.#agent = new Agent({ connections: CONNECTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
  }

  /** GET /zones/{zone}/custom_hostnames?page&per_page, and the members of `filter` */
  listHostnames(zone: ZoneId, page: number, perPage: number, filter: ListFilter = {}): Promise<Answer<HostnamePage>> {
    return this.#page(zone, { page: String(page), per_page: String(perPage), ...filter });
  }

  /** GET /zones/{zone}/custom_hostnames?hostname: all objects of exactly that name; usually one or none. */
  findHostname(zone: ZoneId, hostname: Hostname): Promise<Answer<HostnamePage>> {
    return this.#page(zone, { hostname }, (page) => {
      const hostnames = page.hostnames.filter((live) => live.hostname === hostname);
      // Whether a part of a name is matched, too, is not documented: names that do not even hold it were not asked for.
      const other = page.hostnames.find((live) => !live.hostname.includes(hostname));
      if (hostnames.length === 0 && other !== undefined)
        return { wrong: `is about ${other.hostname}, not about ${hostname}` };
      return { value: { ...page, hostnames } };
    });
  }

  /** GET /zones/{zone}/custom_hostnames/{id} */
  getHostname(asked: HostnameAddress): Promise<Answer<LiveHostname>> {
    return this.#call('GET', pathOf(asked), undefined, aboutHostname(asked));
  }

  /** PATCH /zones/{zone}/custom_hostnames/{id}; answers 202 with the object as it is now. */
  editHostname(asked: HostnameAddress, body: JsonObject): Promise<Answer<LiveHostname>> {
    return this.#call('PATCH', pathOf(asked), body, aboutHostname(asked));
  }

  /**
   * PUT …/custom_hostnames/{id}/certificate_pack/{pack}/certificates/{certificate}: puts another certificate of the same key
   * type in the place of one in a pack of two; answers with the hostname as it is now.
   */
  replaceCertificate(
    asked: HostnameAddress,
    { pack, certificate }: PackPlace,
    body: JsonObject,
  ): Promise<Answer<LiveHostname>> {
    const path = `${pathOf(asked)}/certificate_pack/${pack}/certificates/${certificate}`;
    return this.#call('PUT', path, body, aboutHostname(asked));
  }

  /** GET /zones?name: the zones of that name that the credential can see. */
  findZone(name: string): Promise<Answer<ZoneFacts[]>> {
    return this.#call('GET', `/zones?${new URLSearchParams({ name })}`, undefined, ({ result }) => {
      const zones = parseZones(result);
      if (zones === undefined) return undefined;
      const wanted = asAscii(name);
      const named = zones.filter((zone) => asAscii(zone.name) === wanted);
      if (named.length === 0 && zones.length > 0) return { wrong: `is about another zone than ${name}` };
      return { value: named };
    });
  }

  /** GET /zones: a page of those that the credential can see. */
  listZones(page: number): Promise<Answer<ZoneFacts[]>> {
    const query = new URLSearchParams({ page: String(page), per_page: String(ZONES_PER_PAGE) });
    return this.#call('GET', `/zones?${query}`, undefined, ({ result }) => {
      const zones = parseZones(result);
      return zones && { value: zones };
    });
  }

  /** GET /zones/{zone}/custom_hostnames/quota */
  getQuota(zone: ZoneId): Promise<Answer<HostnameQuota>> {
    return this.#call('GET', `/zones/${zone}/custom_hostnames/quota`, undefined, ({ result }) => {
      const quota = parseQuota(result);
      return quota && { value: quota };
    });
  }

  /** GET /zones/{zone} */
  getZone(zone: ZoneId): Promise<Answer<ZoneFacts[]>> {
    return this.#call('GET', `/zones/${zone}`, undefined, ({ result }) => {
      const zones = parseZones([result]);
      if (zones?.[0]?.id !== zone) return { wrong: `is about another zone than ${zone}` };
      return { value: zones };
    });
  }

  /**
   * GET /user/tokens/verify, or, for a token that belongs to an account, GET /accounts/{account}/tokens/verify: whether the
   * token is in force, and until when. https://developers.cloudflare.com/fundamentals/api/troubleshooting/
   */
  verifyToken(account?: string): Promise<Answer<TokenFacts>> {
    const path = account === undefined ? '/user/tokens/verify' : `/accounts/${account}/tokens/verify`;
    return this.#call('GET', path, undefined, ({ result }) => {
      const token = parseToken(result);
      return token && { value: token };
    });
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #page(
    zone: ZoneId,
    query: Record<string, string>,
    check: (page: HostnamePage) => Reading<HostnamePage> = (value) => ({ value }),
  ): Promise<Answer<HostnamePage>> {
    const path = `/zones/${zone}/custom_hostnames?${new URLSearchParams(query)}`;
    return this.#call('GET', path, undefined, ({ result, result_info }) => {
      if (!Array.isArray(result)) return undefined;
      const parsed = result.map((entry) => parseHostnameResult(entry, zone) ?? { broken: entry as unknown });
      const hostnames = parsed.filter((entry): entry is LiveHostname => !('broken' in entry));
      const broken = parsed.flatMap((entry) => ('broken' in entry ? [nameOf(entry.broken)] : []));
      // One entry that cannot be read is its own trouble; a list of nothing else is no list of hostnames.
      if (hostnames.length === 0 && broken.length > 0) return undefined;
      const page: HostnamePage = { hostnames, ...(broken.length > 0 ? { left_out: broken } : {}) };
      if (result_info?.per_page !== undefined) page.per_page = result_info.per_page;
      if (result_info?.total_count !== undefined) page.total_count = result_info.total_count;
      return check(page);
    });
  }

  /** Sends one request; `read` takes the result out of the envelope and holds it against what was asked. */
  async #call<T>(
    method: 'GET' | 'PATCH' | 'PUT',
    path: string,
    body: JsonObject | undefined,
    read: (envelope: Envelope) => Reading<T>,
  ): Promise<Answer<T>> {
    const secrets = [secretOf(this.#credential), ...secretsIn(body)];
    let told: Pick<Answer<T>, 'quotas' | 'at' | 'cf_ray' | 'request'> = {
      quotas: [],
      request: { method, url: this.#baseUrl + path },
    };
    let limited: RawAnswer | undefined;
    const failed = (failure: CallFailure): Answer<T> => {
      const ray = told.cf_ray === undefined ? {} : { cf_ray: told.cf_ray };
      return { ok: false, failure: { ...failure, ...ray }, ...told };
    };
    try {
      const { origin, pathname } = this.#base;
      let head = { status: 0 } as Omit<RawAnswer, 'body'>;
      const text = await httpCall(
        this.#agent,
        {
          origin,
          path: (pathname === '/' ? '' : pathname) + path,
          method,
          headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
          body: body === undefined ? null : stringifyExact(body),
        },
        {
          timeoutMs: this.#timeoutMs,
          maxBytes: ANSWER_MAX_BYTES,
          onHead: (answer) => {
            const { status } = answer;
            told = { ...toldBy(answer), request: { method, url: this.#baseUrl + path, status } };
            head = { status, retryAfter: header(answer, 'retry-after'), cfRay: told.cf_ray };
            if (status === 429) limited = { ...head, body: '' };
          },
        },
      );
      const { status } = head;
      if (text === undefined) {
        return failed(badAnswer(status, `The answer is larger than ${ANSWER_MAX_BYTES / 1024 / 1024} MiB.`));
      }
      const opened = openEnvelope({ ...head, body: text }, secrets);
      if (!opened.ok) return failed(opened.failure);
      const reading = read(opened.envelope);
      if (reading !== undefined && 'value' in reading) return { ok: true, value: reading.value, ...told };
      const wrong = scrub(reading?.wrong ?? 'is not what the API sends', secrets);
      return failed(badAnswer(status, `The result under HTTP ${status} ${wrong}.`));
    } catch (error) {
      // A 429 says all it has to say by its head, also where the rest of it is cut off.
      const refused = limited && openEnvelope(limited, secrets);
      return failed(refused?.ok === false ? refused.failure : networkFailure(error, this.#timeoutMs, secrets));
    }
  }
}

/** A result taken out of its envelope; undefined, or with the reason as the end of a sentence, where it cannot be used. */
type Reading<T> = { value: T } | { wrong: string } | undefined;

const pathOf = ({ zone_id, id }: HostnameAddress): string => `/zones/${zone_id}/custom_hostnames/${id}`;

/** Takes the hostname that was asked about, and no other, out of an answer. */
const aboutHostname =
  ({ zone_id, id, hostname }: HostnameAddress) =>
  ({ result }: Envelope): Reading<LiveHostname> => {
    const live = parseHostnameResult(result, zone_id);
    if (live === undefined) return undefined;
    if (live.id !== id) return { wrong: `is about the hostname with the id ${live.id}, not about ${id}` };
    if (live.hostname !== (hostname ?? live.hostname))
      return { wrong: `is about ${live.hostname}, not about ${hostname}` };
    return { value: live };
  };

/** What can be told of an entry that cannot be read. */
function nameOf(entry: unknown): string {
  const { hostname, id } = (entry ?? {}) as { hostname?: unknown; id?: unknown };
  return scrub(
    String([hostname, id].find((part) => typeof part === 'string' && part !== '') ?? 'an entry without a name'),
    [],
  );
}

/** Names of zones may be written in their own letters or in A-labels. */
const asAscii = (name: string): string => domainToASCII(name) || name.toLowerCase();

/** Letters, digits and hyphens, as rays are written: what else stands there is not kept. */
const CF_RAY = /^[0-9A-Za-z-]{1,64}$/;

/** What the head of every answer tells. */
function toldBy(answer: HttpHead): { quotas: RemainingQuota[]; at?: number; cf_ray?: string } {
  const quotas = parseRatelimit(header(answer, 'ratelimit'), header(answer, 'ratelimit-policy'));
  const ray = header(answer, 'cf-ray');
  const at = Date.parse(header(answer, 'date') ?? '');
  return {
    quotas,
    ...(Number.isNaN(at) ? {} : { at }),
    ...(ray !== undefined && CF_RAY.test(ray) ? { cf_ray: ray } : {}),
  };
}

function header(answer: HttpHead, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
