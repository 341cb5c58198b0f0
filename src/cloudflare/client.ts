import { Agent, type Dispatcher } from 'undici';
import type { LiveHostname } from '../hostname/live.ts';
import type { PackPlace } from '../hostname/pack.ts';
import { type CustomHostnameId, type Hostname, type JsonObject, SECOND, type ZoneId } from '../terms.ts';
import { authHeaders, type Credential, secretOf } from './credential.ts';
import { type Envelope, openEnvelope, type RawAnswer } from './envelope.ts';
import { badAnswer, type CallFailure } from './failure.ts';
import { networkFailure } from './network-failure.ts';
import { parseRatelimit, type RemainingQuota } from './ratelimit-header.ts';
import { secretsIn } from './secrets-in.ts';
import { parseHostnameResult, parseZoneIds } from './wire.ts';

/** What came of one call: a value or a failure, and in both cases what the API says is left of the quota. */
export type Answer<T> = { quotas: RemainingQuota[] } & ({ ok: true; value: T } | { ok: false; failure: CallFailure });

export interface HostnamePage {
  hostnames: LiveHostname[];
  /** Size of the pages as the API cut them, which may be less than was asked for. */
  per_page?: number;
  /** Of the whole zone, as far as the API tells; whether that of a filtered list honours the filter is not documented. */
  total_count?: number;
  total_pages?: number;
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
/** More than any lane runs side by side. */
const CONNECTIONS = 64;

/**
 * The calls hostroll makes, one request each, never repeated here: when and whether to repeat is decided by the lane.
 * Endpoints: https://developers.cloudflare.com/api/resources/custom_hostnames/
 */
export class CloudflareClient {
  readonly #baseUrl: string;
  readonly #credential: Credential;
  readonly #timeoutMs: number;
  readonly #userAgent: string;
  readonly #agent: Agent;

  constructor({ baseUrl, credential, timeoutMs = CALL_TIMEOUT_MS, userAgent = 'hostroll' }: ClientOptions) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#credential = credential;
    this.#timeoutMs = timeoutMs;
    this.#userAgent = userAgent;
    this.#agent = new Agent({ connections: CONNECTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
  }

  /** GET /zones/{zone}/custom_hostnames?page&per_page, and the members of `filter` */
  listHostnames(zone: ZoneId, page: number, perPage: number, filter: ListFilter = {}): Promise<Answer<HostnamePage>> {
    return this.#page(zone, { page: String(page), per_page: String(perPage), ...filter });
  }

  /** GET /zones/{zone}/custom_hostnames?hostname: all objects of exactly that name; usually one or none. */
  findHostname(zone: ZoneId, hostname: Hostname): Promise<Answer<HostnamePage>> {
    return this.#page(zone, { hostname });
  }

  /** GET /zones/{zone}/custom_hostnames/{id} */
  getHostname(zone: ZoneId, id: CustomHostnameId): Promise<Answer<LiveHostname>> {
    return this.#call('GET', `/zones/${zone}/custom_hostnames/${id}`, undefined, hostnameIn(zone));
  }

  /** PATCH /zones/{zone}/custom_hostnames/{id}; answers 202 with the object as it is now. */
  editHostname(zone: ZoneId, id: CustomHostnameId, body: JsonObject): Promise<Answer<LiveHostname>> {
    return this.#call('PATCH', `/zones/${zone}/custom_hostnames/${id}`, body, hostnameIn(zone));
  }

  /**
   * PUT …/custom_hostnames/{id}/certificate_pack/{pack}/certificates/{certificate}: puts another certificate of the same key
   * type in the place of one in a pack of two; answers with the hostname as it is now.
   */
  replaceCertificate(
    zone: ZoneId,
    id: CustomHostnameId,
    { pack, certificate }: PackPlace,
    body: JsonObject,
  ): Promise<Answer<LiveHostname>> {
    const path = `/zones/${zone}/custom_hostnames/${id}/certificate_pack/${pack}/certificates/${certificate}`;
    return this.#call('PUT', path, body, hostnameIn(zone));
  }

  /** GET /zones?name: the ids of the zones of that name that the credential can see. */
  findZone(name: string): Promise<Answer<ZoneId[]>> {
    return this.#call('GET', `/zones?${new URLSearchParams({ name })}`, undefined, ({ result }) =>
      parseZoneIds(result),
    );
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #page(zone: ZoneId, query: Record<string, string>): Promise<Answer<HostnamePage>> {
    const path = `/zones/${zone}/custom_hostnames?${new URLSearchParams(query)}`;
    return this.#call('GET', path, undefined, ({ result, result_info }) => {
      if (!Array.isArray(result)) return undefined;
      const hostnames = result.map((entry) => parseHostnameResult(entry, zone));
      if (hostnames.includes(undefined)) return undefined;
      const page: HostnamePage = { hostnames: hostnames as LiveHostname[] };
      if (result_info?.per_page !== undefined) page.per_page = result_info.per_page;
      if (result_info?.total_count !== undefined) page.total_count = result_info.total_count;
      if (result_info?.total_pages !== undefined) page.total_pages = result_info.total_pages;
      return page;
    });
  }

  /** Sends one request; `read` takes the result out of the envelope, undefined meaning that it is not what was asked for. */
  async #call<T>(
    method: 'GET' | 'PATCH' | 'PUT',
    path: string,
    body: JsonObject | undefined,
    read: (envelope: Envelope) => T | undefined,
  ): Promise<Answer<T>> {
    const secrets = [secretOf(this.#credential), ...secretsIn(body)];
    let quotas: RemainingQuota[] = [];
    let limited: RawAnswer | undefined;
    try {
      const url = new URL(this.#baseUrl + path);
      const answer = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: {
          ...authHeaders(this.#credential),
          accept: 'application/json',
          'user-agent': this.#userAgent,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      quotas = parseRatelimit(header(answer, 'ratelimit'), header(answer, 'ratelimit-policy'));
      const retryAfter = header(answer, 'retry-after');
      if (answer.statusCode === 429) limited = { status: 429, body: '', retryAfter };
      const text = await readText(answer.body);
      if (text === undefined) {
        const limit = ANSWER_MAX_BYTES / 1024 / 1024;
        return { ok: false, failure: badAnswer(answer.statusCode, `The answer is larger than ${limit} MiB.`), quotas };
      }
      const raw = { status: answer.statusCode, body: text, retryAfter };
      const opened = openEnvelope(raw, secrets);
      if (!opened.ok) return { ok: false, failure: opened.failure, quotas };
      const value = read(opened.envelope);
      if (value !== undefined) return { ok: true, value, quotas };
      return {
        ok: false,
        failure: badAnswer(raw.status, `The result under HTTP ${raw.status} is not what the API sends.`),
        quotas,
      };
    } catch (error) {
      // A 429 says all it has to say by its head, also where the rest of it is cut off.
      const refused = limited && openEnvelope(limited, secrets);
      if (refused?.ok === false) return { ...refused, quotas };
      return { ok: false, failure: networkFailure(error, this.#timeoutMs, secrets), quotas };
    }
  }
}

const hostnameIn =
  (zone: ZoneId) =>
  ({ result }: Envelope): LiveHostname | undefined =>
    parseHostnameResult(result, zone);

function header(answer: Dispatcher.ResponseData, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The whole body as text; undefined where it is larger than any honest answer. */
async function readText(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > ANSWER_MAX_BYTES) {
      body.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
