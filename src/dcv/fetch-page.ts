import { isIP } from 'node:net';
import { request } from 'undici';
import { type NameService, textsOf } from '../dns/lookup.ts';
import { SECOND } from '../terms.ts';
import { errorText } from './error-text.ts';
import { type PinnedAgent, pinnedAgent } from './pinned-agent.ts';

/** What a page look may do. */
export interface FetchRules {
  /** Whether an address, as it was looked up for this very connection, may be connected to. */
  mayConnect(address: string): boolean;
  /** The ports behind `http:` and `https:` URLs; no other port is ever connected to. */
  httpPort: number;
  httpsPort: number;
  /** Time for a page with all its redirects and the look-ups of their names, in milliseconds; 15 s where it is left out. */
  withinMs?: number | undefined;
}

export type Fetched =
  | { kind: 'page'; url: string; status: number; body: string; cut: boolean; distrusted: string | undefined }
  /** Not looked at further: where a redirect leads, or an address that may not be connected to. */
  | { kind: 'refused'; url: string; note: string }
  | { kind: 'no_address'; url: string }
  /**
   * `definite` where it is the server's own answer, so that an authority meets it, too; `ours` where it says nothing of the
   * server, as this machine never came through to it.
   */
  | { kind: 'unreachable'; url: string; note: string; definite: boolean; ours: boolean };

const BODY_MAX_BYTES = 64 * 1024;
const REDIRECTS_MAX = 3;
const CONNECT_MS = 5 * SECOND;
const FETCH_MS = 15 * SECOND;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches a page as an authority would, without letting the other side choose what is connected to: each name is resolved
 * here, its address checked, and exactly that address connected to, on every redirect again. Never throws for what servers do.
 */
export async function fetchPage(service: NameService, start: string, rules: FetchRules): Promise<Fetched> {
  const signal = AbortSignal.timeout(rules.withinMs ?? FETCH_MS);
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const hop = await fetchOnce(service, url, rules, signal);
    if (hop.kind !== 'redirect') return hop;
    if (redirects === REDIRECTS_MAX) {
      return { kind: 'refused', url: hop.to, note: `redirects more than ${REDIRECTS_MAX} times` };
    }
    url = hop.to;
  }
}

async function fetchOnce(
  service: NameService,
  text: string,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<Fetched | { kind: 'redirect'; to: string }> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = url && portOf(url, rules);
  if (url === undefined || port === undefined) {
    return { kind: 'refused', url: text, note: `leads to ${text}, which is neither http on port 80 nor https on 443` };
  }
  let pinned: PinnedAgent | undefined;
  try {
    const found = await before(signal, addressOf(service, url, rules));
    if (found.kind !== 'address') return found;
    pinned = pinnedAgent(found.address, CONNECT_MS);
    const target = new URL(url);
    Object.assign(target, { port: String(port), username: '', password: '' });
    const answer = await request(target, {
      dispatcher: pinned.agent,
      method: 'GET',
      headers: { 'user-agent': 'hostroll', accept: '*/*', host: url.host },
      signal,
    });
    const { location } = answer.headers;
    if (REDIRECTS.has(answer.statusCode) && typeof location === 'string' && URL.canParse(location, url.href)) {
      answer.body.destroy();
      answer.body.on('error', () => {});
      return { kind: 'redirect', to: new URL(location, url).href };
    }
    const { body, cut } = await readCapped(answer.body);
    return { kind: 'page', url: url.href, status: answer.statusCode, body, cut, distrusted: pinned.distrusted() };
  } catch (error) {
    return unreachable(url.href, error, pinned !== undefined);
  } finally {
    pinned?.agent.destroy().catch(() => {});
  }
}

function portOf({ protocol, port }: URL, { httpPort, httpsPort }: FetchRules): number | undefined {
  const usual = protocol === 'http:' ? httpPort : protocol === 'https:' ? httpsPort : undefined;
  return port === '' || Number(port) === usual ? usual : undefined;
}

/** An address of the URL's host that may be connected to, IPv4 first, since it is what every machine has. */
async function addressOf(
  service: NameService,
  { hostname, href }: URL,
  { mayConnect }: FetchRules,
): Promise<{ kind: 'address'; address: string } | Exclude<Fetched, { kind: 'page' }>> {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const lookups =
    isIP(literal) === 0 ? await Promise.all([service.lookup(literal, 'A'), service.lookup(literal, 'AAAA')]) : [];
  const addresses =
    isIP(literal) === 0 ? lookups.flatMap((one) => [...textsOf(one, 'A'), ...textsOf(one, 'AAAA')]) : [literal];
  const allowed = addresses.filter((address) => mayConnect(address));
  const address = allowed.find((one) => isIP(one) === 4) ?? allowed[0];
  if (address !== undefined) return { kind: 'address', address };
  const [refused] = addresses;
  if (refused !== undefined) {
    return { kind: 'refused', url: href, note: `leads to ${refused}, an address that is not on the public Internet` };
  }
  const failed = lookups.find((one) => one.kind === 'failed');
  if (failed?.kind === 'failed')
    return {
      kind: 'unreachable',
      url: href,
      note: failed.failure.note,
      definite: false,
      ours: failed.failure.fault === 'ours',
    };
  return { kind: 'no_address', url: href };
}

async function readCapped(
  stream: AsyncIterable<Buffer> & { destroy(): void },
): Promise<{ body: string; cut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_MAX_BYTES) break;
  }
  const body = Buffer.concat(chunks).subarray(0, BODY_MAX_BYTES).toString('utf8');
  return { body, cut: size > BODY_MAX_BYTES };
}

/** What `work` brings, or the reason of `signal` where that comes first: a look-up knows no signal. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let give = () => {};
  const late = new Promise<never>((_, reject) => {
    give = () => reject(signal.reason);
    signal.addEventListener('abort', give, { once: true });
    if (signal.aborted) give();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

const DEFINITE = new Set(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'EPROTO']);
/** Failures of a machine that no packet leaves, or to which none comes back. */
const OURS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  ...['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOBUFS'],
]);

/** `error` may be of any shape; `asked` where it was met behind the look-up of the name. */
function unreachable(url: string, error: unknown, asked: boolean): Fetched {
  const code = errorText(error);
  const isTls = code.startsWith('ERR_SSL') || code === 'EPROTO';
  const definite = DEFINITE.has(code) || isTls || code.startsWith('HPE_');
  const why = isTls ? 'the TLS handshake fails' : code === 'TimeoutError' ? 'no answer in time' : code;
  return { kind: 'unreachable', url, note: `cannot be fetched (${why})`, definite, ours: !asked || OURS.has(code) };
}
