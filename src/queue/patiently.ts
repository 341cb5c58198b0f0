import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../terms.ts';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2 * SECOND;

/** Errors of sockets and name look-ups. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);
/**
 * SQLSTATEs of a Postgres that stops, starts, is full, or has been made a replica: classes 08 and 53, 57P01 to 57P03, 25006
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const SQLSTATE = /^(08...|53...|57P0[123]|25006)$/;
/** What `pg` says of a connection that broke or could not be had; it gives those no code. */
const PG_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;
/** How Redis' own errors of the same kinds begin: the first word is their code. */
const REDIS = /^(OOM|LOADING|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN) /;

/** Whether an error says that a queue server cannot do it now, and may later. */
export function isAway(error: unknown): boolean {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return NETWORK.has(code) || SQLSTATE.test(code);
  return PG_CONNECTION.test(message) || REDIS.test(message);
}

/**
 * Does what may be done twice until the queue server is there to do it, as a command of ioredis waits for a lost server.
 * `onAway` is told each failure; what is not of that kind, and anything once `over` holds, rejects.
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { onAway = () => {}, over = () => false }: { onAway?: (error: Error) => void; over?: () => boolean } = {},
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || over()) throw error;
      onAway(error as Error);
      await delay(wait);
    }
  }
}
