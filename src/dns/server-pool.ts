import pLimit, { type LimitFunction } from 'p-limit';
import { SECOND } from '../terms.ts';
import { type Exchanged, exchange } from './exchange.ts';
import type { Query } from './message.ts';
import { type ServerAddress, serverText } from './server-address.ts';

/** Questions under way to one server: enough for speed, few enough not to look like an attack. */
const PER_SERVER = 40;
/** A server that let this many questions in a row go unanswered is left alone for a while. */
const SILENT_AFTER = 4;
const SILENT_MS = 30 * SECOND;
const FORGET_BEYOND = 20_000;

interface Known {
  gate: LimitFunction;
  unanswered: number;
  silentUntil: number;
}

/** All servers that are spoken to: how many questions each has open, and which of them do not answer. */
export class ServerPool {
  readonly #known = new Map<string, Known>();

  /** Asks one server. One that has been silent of late counts as timed out, without being asked. */
  async ask(server: ServerAddress, query: Query, timeoutMs: number): Promise<Exchanged> {
    const known = this.#of(server);
    return known.gate(async () => {
      if (known.silentUntil > Date.now()) return { ok: false, reason: 'timeout' };
      const exchanged = await exchange(server, query, timeoutMs);
      known.unanswered = exchanged.ok ? 0 : known.unanswered + 1;
      if (known.unanswered >= SILENT_AFTER) {
        known.unanswered = 0;
        known.silentUntil = Date.now() + SILENT_MS;
      }
      return exchanged;
    });
  }

  #of(server: ServerAddress): Known {
    const key = serverText(server);
    const kept = this.#known.get(key);
    if (kept !== undefined) return kept;
    const known = { gate: pLimit(PER_SERVER), unanswered: 0, silentUntil: 0 };
    if (this.#known.size >= FORGET_BEYOND) this.#known.clear();
    this.#known.set(key, known);
    return known;
  }
}
