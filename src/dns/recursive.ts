import { SECOND } from '../terms.ts';
import { keptLookups } from './kept-lookups.ts';
import { type Failure, follow, type Lookup, type NameService, type Step } from './lookup.ts';
import { type Message, normalName, type Query, type QueryType } from './message.ts';
import { answerOf } from './read-reply.ts';
import { type ServerAddress, serverText } from './server-address.ts';
import { ServerPool } from './server-pool.ts';
import { TimedMemo } from './timed-memo.ts';

/** A resolver has work of its own to do before it answers. */
const TIMEOUTS_MS = [5 * SECOND, 10 * SECOND];
const HEALTH_MS = 5 * SECOND;

/** Asks recursive resolvers, in the order given; the next one only where one does not answer. */
export class Recursive implements NameService {
  readonly #resolvers: readonly ServerAddress[];
  readonly #pool = new ServerPool();
  readonly #kept = keptLookups();
  readonly #health = new TimedMemo<Failure['fault']>({ capacity: 1, lifeMs: () => HEALTH_MS });

  constructor(resolvers: readonly ServerAddress[]) {
    this.#resolvers = resolvers;
  }

  lookup(name: string, type: QueryType): Promise<Lookup> {
    const wanted = normalName(name);
    return this.#kept.get(`${type} ${wanted}`, () => follow(wanted, type, (at, kind) => this.#step(at, kind)));
  }

  async #step(name: string, type: QueryType): Promise<Step> {
    const query: Query = { name, type, recurse: true };
    const message = await this.#ask(query);
    if (message === undefined) {
      return failed('timeout', 'ours', `no answer from ${this.#resolvers.map(serverText).join(', ')}`);
    }
    const read = readAnswer(message, name, type);
    if (read !== undefined) return read;
    // Without checking, a resolver hands out what it holds for forged: then it is only the signatures that fail.
    const unchecked = await this.#ask({ ...query, unchecked: true });
    if (unchecked !== undefined && readAnswer(unchecked, name, type) !== undefined) {
      return failed('bogus', 'theirs', `the DNSSEC signatures on the way to ${name} do not hold`);
    }
    const fault = await this.#fault();
    const note =
      fault === 'ours'
        ? 'the resolver fails at everything'
        : `the resolver cannot get an answer for ${name} (${message.rcode})`;
    return failed('servfail', fault, note);
  }

  /** The first answer other than a refusal to work for us; a SERVFAIL is only taken where no resolver knows better. */
  async #ask(query: Query): Promise<Message | undefined> {
    let failure: Message | undefined;
    for (const timeoutMs of TIMEOUTS_MS) {
      for (const server of this.#resolvers) {
        const exchanged = await this.#pool.ask(server, query, timeoutMs);
        if (!exchanged.ok || exchanged.message.rcode === 'REFUSED') continue;
        if (exchanged.message.rcode !== 'SERVFAIL') return exchanged.message;
        failure ??= exchanged.message;
      }
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  /** A resolver that cannot even tell who serves the root is itself cut off. */
  #fault(): Promise<Failure['fault']> {
    return this.#health.get('root', async () => {
      const message = await this.#ask({ name: '', type: 'NS', recurse: true });
      return message !== undefined && readAnswer(message, '', 'NS')?.kind === 'found' ? 'theirs' : 'ours';
    });
  }

  async answers(): Promise<boolean> {
    return (await this.#fault()) === 'theirs';
  }
}

/** What a resolver's answer says of the name itself; undefined where it failed. */
function readAnswer(message: Message, name: string, type: QueryType): Step | undefined {
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') return undefined;
  return answerOf(message, name, type) ?? { kind: message.rcode === 'NXDOMAIN' ? 'no_name' : 'no_data' };
}

const failed = (reason: Failure['reason'], fault: Failure['fault'], note: string): Step => ({
  kind: 'failed',
  failure: { reason, fault, note },
});
