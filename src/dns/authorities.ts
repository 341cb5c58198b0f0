import { MINUTE, SECOND } from '../terms.ts';
import { keptLookups } from './kept-lookups.ts';
import { type Failure, follow, type Lookup, type NameService, type Step, textsOf } from './lookup.ts';
import { normalName, type QueryType } from './message.ts';
import { isPublicAddress } from './public-address.ts';
import { type Reply, readReply, type Unfit } from './read-reply.ts';
import { ROOT_SERVERS } from './root-hints.ts';
import { DNS_PORT, type ServerAddress } from './server-address.ts';
import { ServerPool } from './server-pool.ts';
import { TimedMemo } from './timed-memo.ts';
import type { ZoneCut } from './zone-cut.ts';

export interface AuthoritiesOptions {
  /** Where the tree begins; the Internet's root servers where none are given. Their port is that of the whole tree. */
  roots?: readonly ServerAddress[] | undefined;
  /** Also ask name servers at private, loopback and link-local addresses. */
  allowPrivate?: boolean | undefined;
}

/** Zones this close to the root are asked for by name first, so that many names below them ask their servers only once. */
const PROBED_LABELS = 2;
/** Questions that one look-up may cost: a tree of name servers that name each other must end. */
const BUDGET = 80;
const CUTS_MAX = 20_000;
const SERVERS_ASKED = 4;
const TIMEOUTS_MS = [1.5 * SECOND, 3 * SECOND];
const LOOKUP_MS = 30 * SECOND;
const HEALTH_MS = 5 * SECOND;

type Budget = { left: number };
type Failed = Extract<Step, { kind: 'failed' }>;

/** Asks the servers that are responsible for each name, from the root down, so that no cache can lie. */
export class Authorities implements NameService {
  readonly #root: ZoneCut;
  readonly #port: number;
  readonly #allowPrivate: boolean;
  readonly #pool = new ServerPool();
  readonly #kept = keptLookups();
  readonly #cuts = new TimedMemo<ZoneCut | undefined>({ capacity: CUTS_MAX, lifeMs: (cut) => cut?.lifeMs ?? MINUTE });
  readonly #health = new TimedMemo<Failure['fault']>({ capacity: 1, lifeMs: () => HEALTH_MS });

  constructor({ roots = ROOT_SERVERS, allowPrivate = false }: AuthoritiesOptions = {}) {
    const glue = roots.map(({ address }) => address);
    this.#root = { name: '', servers: [{ name: 'root', glue }], lifeMs: Number.POSITIVE_INFINITY };
    this.#port = roots[0]?.port ?? DNS_PORT;
    this.#allowPrivate = allowPrivate;
  }

  lookup(name: string, type: QueryType): Promise<Lookup> {
    const wanted = normalName(name);
    return this.#kept.get(`${type} ${wanted}`, () => {
      const budget = { left: BUDGET };
      const looking = follow(wanted, type, (at, kind) => this.#step(at, kind, budget));
      return within(LOOKUP_MS, looking, () => ({
        ...failed('timeout', 'theirs', `${wanted} could not be resolved within ${LOOKUP_MS / SECOND} s`),
        name: wanted,
        aliases: [],
      }));
    });
  }

  async #step(name: string, type: QueryType, budget: Budget): Promise<Step> {
    let cut = await this.#deepestCut(type === 'DS' ? parentOf(name) : name, budget);
    for (;;) {
      const reply = await this.#askZone(cut, name, type, budget);
      if (reply.kind !== 'delegation') return reply;
      this.#cuts.offer(reply.cut.name, reply.cut);
      cut = reply.cut;
    }
  }

  /** The zone nearest to `name` among those that are known, or near enough to the root to be asked for. */
  async #deepestCut(name: string, budget: Budget): Promise<ZoneCut> {
    let cut = this.#root;
    const labels = name === '' ? [] : name.split('.');
    for (let depth = 1; depth <= labels.length; depth++) {
      const candidate = labels.slice(-depth).join('.');
      const above = cut;
      const child = await (depth <= PROBED_LABELS
        ? this.#cuts.get(candidate, () => this.#probe(above, candidate, budget))
        : this.#cuts.peek(candidate));
      cut = child ?? cut;
    }
    return cut;
  }

  async #probe(above: ZoneCut, name: string, budget: Budget): Promise<ZoneCut | undefined> {
    const reply = await this.#askZone(above, name, 'NS', budget);
    if (reply.kind === 'delegation') return reply.cut;
    if (reply.kind !== 'found') return undefined;
    // One server for both zones answers for the lower one at once; who serves the upper one serves it, too.
    return { name, servers: above.servers, lifeMs: MINUTE };
  }

  async #askZone(
    zone: ZoneCut,
    name: string,
    type: QueryType,
    budget: Budget,
  ): Promise<Exclude<Reply, Unfit> | Failed> {
    const addresses = await this.#addresses(zone, budget);
    if (addresses.length === 0) {
      return failed('lame', 'theirs', `the name servers of ${zoneText(zone)} have no address that may be asked`);
    }
    const unfit: Unfit['reason'][] = [];
    const silent = new Set(addresses);
    for (const timeoutMs of TIMEOUTS_MS) {
      for (const address of [...silent].slice(0, SERVERS_ASKED)) {
        budget.left -= 1;
        if (budget.left < 0) return failed('loop', 'theirs', `too many servers have to be asked for ${name}`);
        const query = { name, type, signed: type === 'DNSKEY' };
        const exchanged = await this.#pool.ask({ address, port: this.#port }, query, timeoutMs);
        if (!exchanged.ok) continue;
        const reply = readReply(exchanged.message, zone.name, name, type);
        if (reply.kind !== 'unfit') return reply;
        unfit.push(reply.reason);
        silent.delete(address);
      }
    }
    if (unfit.includes('servfail')) {
      return failed('servfail', 'theirs', `the name servers of ${zoneText(zone)} answer SERVFAIL`);
    }
    if (silent.size === 0) {
      return failed('lame', 'theirs', `the name servers that the parent names for ${zoneText(zone)} do not serve it`);
    }
    const note = `no name server of ${zoneText(zone)} answers`;
    return failed('timeout', await this.#fault(), note);
  }

  /** Addresses of a zone's servers in random order, IPv4 only where there is any, since it is what every machine has. */
  async #addresses({ servers }: ZoneCut, budget: Budget): Promise<string[]> {
    const addresses = new Set(servers.flatMap(({ glue }) => glue));
    if (addresses.size === 0) {
      for (const { name } of shuffled(servers).slice(0, SERVERS_ASKED)) {
        for (const type of ['A', 'AAAA'] as const) {
          if (budget.left <= 0 || addresses.size >= SERVERS_ASKED) break;
          const found = await follow(name, type, (at, kind) => this.#step(at, kind, budget));
          for (const address of textsOf(found, type)) addresses.add(address);
        }
      }
    }
    const allowed = [...addresses].filter((address) => this.#allowPrivate || isPublicAddress(address));
    const plain = allowed.filter((address) => !address.includes(':'));
    return shuffled(plain.length > 0 ? plain : allowed);
  }

  /** Whose fault a silence is: where not even the root answers, it is ours. */
  #fault(): Promise<Failure['fault']> {
    return this.#health.get('root', async () => {
      const roots = shuffled(this.#root.servers.flatMap(({ glue }) => glue)).slice(0, SERVERS_ASKED);
      for (const timeoutMs of TIMEOUTS_MS) {
        const asked = roots.map((address) =>
          this.#pool.ask({ address, port: this.#port }, { name: '', type: 'SOA' }, timeoutMs),
        );
        if ((await Promise.all(asked)).some(({ ok }) => ok)) return 'theirs';
      }
      return 'ours';
    });
  }

  async answers(): Promise<boolean> {
    return (await this.#fault()) === 'theirs';
  }
}

const failed = (reason: Failure['reason'], fault: Failure['fault'], note: string): Failed => ({
  kind: 'failed',
  failure: { reason, fault, note },
});

const parentOf = (name: string): string => name.split('.').slice(1).join('.');
const zoneText = ({ name }: ZoneCut): string => name || 'the root';

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ value }) => value);
}

/** What `work` brings, or `otherwise` where that takes longer than `ms`. */
async function within<T>(ms: number, work: Promise<T>, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
