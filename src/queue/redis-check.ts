import { HostrollError } from '../terms.ts';

/** Older servers lack commands that BullMQ recommends; 6.2 is from 2021. */
const LEAST_VERSION = [6, 2] as const;
/** A server fuller than this is about to refuse writes. */
const FULL = 0.95;

/**
 * Whether a Redis can hold a queue, by its INFO: new enough, never evicting keys (it would throw jobs away), with room to
 * write. Throws `QUEUE_TOO_OLD`, `QUEUE_EVICTS` or `QUEUE_FULL`.
 */
export function checkRedis(info: string, display: string): void {
  const value = (key: string): string | undefined => new RegExp(`^${key}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = value('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1])) {
    throw new HostrollError(
      'QUEUE_TOO_OLD',
      `The queue ${display} is Redis ${version}; hostroll needs ${LEAST_VERSION.join('.')} or newer.`,
    );
  }
  const policy = value('maxmemory_policy') ?? 'noeviction';
  const [used, most] = [Number(value('used_memory') ?? 0), Number(value('maxmemory') ?? 0)];
  if (policy !== 'noeviction') {
    throw new HostrollError(
      'QUEUE_EVICTS',
      `The queue ${display} may throw jobs away: its maxmemory-policy is ${policy}; set it to noeviction.`,
    );
  }
  if (most > 0 && used > most * FULL) {
    throw new HostrollError(
      'QUEUE_FULL',
      `The queue ${display} has used ${used} of its ${most} bytes; give it more memory or empty it.`,
    );
  }
}
