import pLimit, { type LimitFunction } from 'p-limit';
import { Authorities } from '../dns/authorities.ts';
import type { Lookup, NameService } from '../dns/lookup.ts';
import { isPublicAddress } from '../dns/public-address.ts';
import { Recursive } from '../dns/recursive.ts';
import { parseServerAddress } from '../dns/server-address.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { HostrollError, type ZoneId } from '../terms.ts';
import type { FetchRules } from './fetch-page.ts';
import type { Finding } from './finding.ts';
import { type Look, lookSafely } from './look.ts';
import { lookAtCaa } from './look-caa.ts';
import { lookAtComplaints, tokensCount } from './look-complaints.ts';
import { lookAtDomain, lookAtSigning } from './look-domain.ts';
import { lookAtHttp } from './look-http.ts';
import { lookAtRouting } from './look-routing.ts';
import { lookAtDelegation, lookAtTxt } from './look-txt.ts';
import { sumUp } from './sum-up.ts';
import { parseTargets, type Targets } from './targets.ts';
import { type Token, type Wanted, wantedOf } from './wanted.ts';

/** How the doctor looks at the world. */
export interface DoctorOptions {
  /** Recursive resolvers, `ip` or `ip:port`; with none the authoritative servers are asked, from the root down. */
  resolvers?: readonly string[] | undefined;
  /** Where the tree begins, `ip` or `ip:port`, instead of the Internet's root servers; the port is that of the whole tree. */
  roots?: readonly string[] | undefined;
  /** Where hostnames of every zone should lead: a name, `*.zone`, an address or a network. */
  targets?: readonly string[] | undefined;
  /** The same, of one zone only. With none for a zone at all, routing cannot be told. */
  zoneTargets?: ReadonlyMap<ZoneId, readonly string[]> | undefined;
  /** Also look at private, loopback and link-local addresses, of web servers and of name servers. */
  allowPrivate?: boolean | undefined;
  /** Port behind `http:` URLs instead of 80: for tests and closed networks. */
  httpPort?: number | undefined;
  /** Port behind `https:` URLs instead of 443, met on redirects. */
  httpsPort?: number | undefined;
  /** Time for a page with all its redirects and the look-ups of their names, in milliseconds. */
  pageMs?: number | undefined;
  /** Instead of the DNS of `resolvers` or `roots`. */
  names?: NameService | undefined;
  /** Hostnames looked at side by side. */
  concurrency?: number | undefined;
  /** Unix milliseconds. */
  now?: (() => number) | undefined;
}

/** Enough that a few slow name servers hold up nobody else, few enough for the sockets of one process. */
export const DEFAULT_CONCURRENCY = 50;

/** The DNS that is asked. Throws `CONFIG_INVALID` for addresses that are none. */
export const nameService = ({ resolvers = [], roots, allowPrivate = false }: DoctorOptions): NameService =>
  resolvers.length > 0
    ? new Recursive(resolvers.map(parseServerAddress))
    : new Authorities({ roots: roots?.map(parseServerAddress), allowPrivate });

/** Looks at hostnames as a certificate authority would. */
export class Doctor {
  readonly #names: NameService;
  /** Who is asked and does not answer, as the beginning of a sentence. */
  readonly #asked: string;
  readonly #checksSigning: boolean;
  readonly #targets: Targets;
  readonly #zoneTargets: ReadonlyMap<ZoneId, Targets>;
  readonly #rules: FetchRules;
  readonly #limit: LimitFunction;
  readonly #now: () => number;
  readonly #underWay = new Set<Promise<Finding>>();

  /** Throws `CONFIG_INVALID` for addresses and targets that are none. */
  constructor(options: DoctorOptions) {
    const { resolvers = [], targets = [], zoneTargets = new Map<ZoneId, readonly string[]>() } = options;
    const { allowPrivate = false, httpPort = 80, httpsPort = 443, concurrency = DEFAULT_CONCURRENCY } = options;
    this.#names = options.names ?? nameService(options);
    this.#asked =
      resolvers.length > 0
        ? `${resolvers.join(', ')} cannot be reached, or resolves nothing,`
        : 'No DNS server at the root answers';
    // A resolver that checks DNSSEC says so itself.
    this.#checksSigning = resolvers.length === 0;
    this.#targets = parseTargets(targets);
    this.#zoneTargets = new Map([...zoneTargets].map(([zone, own]) => [zone, parseTargets([...targets, ...own])]));
    const mayConnect = allowPrivate ? () => true : isPublicAddress;
    this.#rules = { mayConnect, httpPort, httpsPort, withinMs: options.pageMs };
    this.#limit = pLimit({ concurrency, rejectOnClear: true });
    this.#now = options.now ?? Date.now;
  }

  /**
   * `authority` is the one that is to issue, where that is not the present one. Never throws for what the world does: what
   * could not be seen is evidence of `cannot_tell`.
   */
  examine(live: LiveHostname, authority?: string): Promise<Finding> {
    const examined = this.#limit(async () => {
      const finding = this.#examine(live, authority);
      this.#underWay.add(finding);
      try {
        return await finding;
      } finally {
        this.#underWay.delete(finding);
      }
    });
    // A caller that leaves early waits for none of them any more.
    examined.catch(() => {});
    return examined;
  }

  /** Throws `DNS_UNREACHABLE` where nothing can be resolved from here, so that no look would see anything. */
  async probe(): Promise<void> {
    if (await this.#names.answers()) return;
    throw new HostrollError(
      'DNS_UNREACHABLE',
      `${this.#asked} from this machine, so that nothing can be seen of any hostname; let it send to port 53, or name a resolver that it can reach with --resolver.`,
    );
  }

  /** Gives up what has not begun (its `examine` rejects), and resolves when no look is under way. */
  async close(): Promise<void> {
    this.#limit.clearQueue();
    await Promise.allSettled(this.#underWay);
  }

  async #examine(live: LiveHostname, authority: string | undefined): Promise<Finding> {
    const wanted = wantedOf(live, authority);
    const targets = this.#zoneTargets.get(live.zone_id) ?? this.#targets;
    const looks = [...lookAtComplaints(wanted, live.hostname), ...(await this.#look(wanted, targets))];
    const { verdict, who } = sumUp(wanted, looks);
    const evidence = looks.map((look) => look.evidence);
    return { hostname: live.hostname, verdict, who, evidence, checked_at: new Date(this.#now()).toISOString() };
  }

  async #look(wanted: Wanted, targets: Targets): Promise<Look[]> {
    const { certificate, ownership, host } = wanted;
    const proves = certificate?.stage === 'proof' || certificate?.stage === 'tokens';
    let lookups: readonly Lookup[] = [];
    const [routing, records, caa, signing] = await Promise.all([
      lookSafely('routing', wanted.served, async () => {
        const seen = await lookAtRouting(this.#names, wanted.served, targets);
        lookups = seen.lookups;
        return seen.look;
      }),
      proves ? this.#lookAtRecords(wanted) : [],
      lookSafely('caa', host, () => lookAtCaa(this.#names, wanted)),
      this.#checksSigning ? lookSafely('dnssec', host, () => lookAtSigning(this.#names, host, this.#now())) : undefined,
    ]);
    const looks = [routing, ...records, caa];
    if (signing !== undefined) looks.push(signing);
    const domain = isDoubtful(lookups)
      ? await lookSafely('domain', host, () => lookAtDomain(this.#names, host))
      : undefined;
    if (domain !== undefined) looks.push(domain);
    const isReady = (pattern: RegExp): boolean =>
      looks.some(({ evidence }) => evidence.verdict === 'ready' && pattern.test(evidence.looked_at));
    if (ownership !== undefined && tokensCount(wanted)) {
      const { txt, http } = ownership;
      if (txt !== undefined) looks.push(await this.#lookAtTxt('ownership_txt', txt.at, [txt.value]));
      if (http !== undefined && !isReady(/^routing$|^ownership_/)) {
        looks.push(await this.#lookAtHttp('ownership_http', http));
      }
    }
    if (proves && !isReady(/^routing$/)) {
      for (const token of certificate.http) looks.push(await this.#lookAtHttp('http', token));
    }
    return looks;
  }

  #lookAtTxt(looked_at: 'txt' | 'ownership_txt', at: string, values: readonly string[]): Promise<Look> {
    const name = at.toLowerCase();
    return lookSafely(looked_at, name, () => lookAtTxt(this.#names, looked_at, name, values));
  }

  #lookAtHttp(looked_at: 'http' | 'ownership_http', token: Token): Promise<Look> {
    return lookSafely(looked_at, token.at, () => lookAtHttp(this.#names, looked_at, token, this.#rules));
  }

  /** The delegation or the TXT values, whichever is in place; both where neither is. */
  async #lookAtRecords({ certificate, host }: Wanted): Promise<Look[]> {
    const { txt = [], delegation = [], method } = certificate ?? {};
    if (method !== 'txt' && txt.length === 0) return [];
    const challenge = `_acme-challenge.${host}`;
    const delegated = await lookSafely('delegation', challenge, () =>
      lookAtDelegation(this.#names, challenge, host, delegation),
    );
    if (delegated?.evidence.verdict === 'ready') return [delegated];
    const names = new Set(txt.map(({ at }) => at.toLowerCase()));
    const published = await Promise.all(
      [...names].map((name) => {
        const values = txt.filter(({ at }) => at.toLowerCase() === name).map(({ value }) => value);
        return this.#lookAtTxt('txt', name, values);
      }),
    );
    // Who has published one of the values goes by TXT, and needs no advice on delegating.
    const goesByTxt = published.some(({ evidence: { expected = [], found = [] } }) =>
      expected.some((value) => found.includes(value)),
    );
    return delegated === undefined || goesByTxt ? published : [delegated, ...published];
  }
}

/** Whether the domain itself may be at fault. */
const isDoubtful = (lookups: readonly Lookup[]): boolean =>
  lookups.some(({ kind }) => kind === 'no_name' || kind === 'failed');
