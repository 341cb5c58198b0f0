import { leaveOut } from './leave-out.ts';
import type { ServerKind } from './server-kinds.ts';

const PACKAGES = { embedded: '', redis: 'redis-server', postgres: 'postgresql' };

/**
 * The kinds among `kinds` on which tests can run. Each of the others leaves one skipped test that says how to switch
 * `what` on; where CI is set it fails, so that nothing goes untested there unseen.
 */
export function serversFor(
  what: string,
  kinds: readonly ServerKind[],
  { mayShare }: { mayShare: boolean },
): ServerKind[] {
  return kinds.filter((kind) => {
    const { name, sharedUrl, startPrivate } = kind;
    if (startPrivate !== undefined || (mayShare && sharedUrl !== undefined)) return true;
    const variable = mayShare ? `, or set HOSTROLL_TEST_${name.toUpperCase()} to the URL of one that runs` : '';
    leaveOut(`${what} on ${name}: to switch this on, install the package ${PACKAGES[name]}${variable}`);
    return false;
  });
}
