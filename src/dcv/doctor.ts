import type { LiveHostname } from '../hostname/live.ts';
import type { Finding } from './finding.ts';

/** How the doctor looks at the world. */
export interface DoctorOptions {
  /** Recursive resolvers, `ip` or `ip:port`; with none the authoritative servers are asked, from the root down. */
  resolvers?: readonly string[];
  /** Where the tree begins, `ip` or `ip:port`, instead of the Internet's root servers. */
  roots?: readonly string[];
  /** Names and addresses that hostnames should point at; with none, routing cannot be told. */
  targets?: readonly string[];
  /** Also look at private, loopback and link-local addresses. */
  allowPrivate?: boolean;
  /** Port that plain HTTP looks go to, instead of 80: for tests and closed networks. */
  httpPort?: number;
  /** Hostnames looked at side by side. */
  concurrency?: number;
  now?: () => number;
}

/** Looks at hostnames as a certificate authority would. */
export class Doctor {
  readonly #now: () => number;

  constructor({ now = Date.now }: DoctorOptions) {
    this.#now = now;
  }

  /** Never throws for what the world does: what could not be seen is evidence of `cannot_tell`. */
  async examine(live: LiveHostname): Promise<Finding> {
    const checked_at = new Date(this.#now()).toISOString();
    return { hostname: live.hostname, verdict: 'cannot_tell', who: 'nobody', evidence: [], checked_at };
  }

  /** Lets looks under way end, and closes what is open. */
  async close(): Promise<void> {}
}
