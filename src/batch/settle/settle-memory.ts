import { createHash } from 'node:crypto';
import type { ListFilter } from '../../cloudflare/client.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import { phaseOf } from '../../hostname/phase.ts';
import { settlementOf } from '../../hostname/settlement.ts';
import { SECOND } from '../../terms.ts';
import type { SettledRow } from '../ledger/ledger-event.ts';

/** What the readings of a row have told of its hostname's past, in milliseconds since the epoch. */
export interface RowPast {
  tokens_seen_at?: number;
  status_seen_at?: number;
  /** Whether it is another state than the one that was seen last. */
  changed: boolean;
}

/**
 * What settling remembers of every row between its readings: 41 bytes a row in typed arrays, so that a million pending rows
 * stay small. Of texts only prints are kept. Rows are named by their place among those that are settled.
 */
export class SettleMemory {
  readonly #written: Float64Array;
  readonly #seen: Float64Array;
  readonly #tokens: Float64Array;
  readonly #status: Float64Array;
  /** Seconds since the epoch; 0 for never. */
  readonly #tokensAt: Uint32Array;
  readonly #statusAt: Uint32Array;
  /** 1 + the place of the filter that finds the row in a list of its zone; 0 for none. */
  readonly #filters: Uint8Array;
  readonly #known: ListFilter[] = [];

  constructor(rows: number) {
    this.#written = new Float64Array(rows);
    this.#seen = new Float64Array(rows);
    this.#tokens = new Float64Array(rows);
    this.#status = new Float64Array(rows);
    this.#tokensAt = new Uint32Array(rows);
    this.#statusAt = new Uint32Array(rows);
    this.#filters = new Uint8Array(rows);
  }

  /** Notes what was read at `now`. The tokens of a first reading may be of any age, later ones are as old as their reading. */
  see(row: number, live: LiveHostname, now: number): RowPast {
    const print = printOf(live);
    const changed = this.#seen[row] !== print;
    this.#seen[row] = print;
    const seconds = Math.floor(now / SECOND);
    const tokens = printOf(live.ssl?.validation_records ?? []);
    const before = this.#tokens[row];
    if (before !== 0 && before !== tokens) this.#tokensAt[row] = seconds;
    this.#tokens[row] = tokens;
    const status = printOf(live.status);
    if (this.#status[row] !== status) this.#statusAt[row] = seconds;
    this.#status[row] = status;
    this.#filters[row] = this.#placeOf(filterFor(live));
    const tokensAt = this.#tokensAt[row] ?? 0;
    return {
      changed,
      status_seen_at: (this.#statusAt[row] ?? 0) * SECOND,
      ...(tokensAt > 0 && { tokens_seen_at: tokensAt * SECOND }),
    };
  }

  /** The filter whose list the row was in when it was seen last, if there is one. */
  filterOf(row: number): ListFilter | undefined {
    return this.#known[(this.#filters[row] ?? 0) - 1];
  }

  /** Whether `settled` says anything the ledger does not have yet; from then on it counts as written. */
  isNews(row: number, settled: SettledRow): boolean {
    // The next check is another one after every check, which is no news of the hostname.
    const { next_check: _, ...deadlines } = settled.deadlines ?? {};
    const print = printOf({ ...settled, deadlines });
    const news = this.#written[row] !== print;
    this.#written[row] = print;
    return news;
  }

  #placeOf(filter: ListFilter | undefined): number {
    if (filter === undefined) return 0;
    const place = this.#known.findIndex(
      (known) => known.ssl_status === filter.ssl_status && known.hostname_status === filter.hostname_status,
    );
    // More statuses than fit are looked up one by one; the API has 37.
    if (place >= 0 || this.#known.length === 255) return place + 1;
    return this.#known.push(filter);
  }
}

/** A pending side of a hostname; where both are, the certificate, which takes longer. Known statuses only. */
function filterFor({ status, ssl }: LiveHostname): ListFilter | undefined {
  if (ssl !== undefined && isKnownPending('active', ssl.status)) return { ssl_status: ssl.status };
  return isKnownPending(status, undefined) ? { hostname_status: status } : undefined;
}

const isKnownPending = (status: string, sslStatus: string | undefined): boolean =>
  settlementOf(status, sslStatus) === 'pending' && phaseOf(status, sslStatus, []) !== 'unrecognised';

/** 48 bits of a SHA-256: never 0, which stands for nothing. */
const printOf = (value: unknown): number =>
  createHash('sha256').update(JSON.stringify(value)).digest().readUIntBE(0, 6) || 1;
