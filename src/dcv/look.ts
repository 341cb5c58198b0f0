import type { Failure } from '../dns/lookup.ts';
import type { Actor } from '../hostname/actor.ts';
import { errorText } from './error-text.ts';
import type { Evidence } from './finding.ts';

/** One look: what was seen, and who must move if it is not as it should be. */
export interface Look {
  evidence: Evidence;
  who: Actor;
}

/**
 * What a failed look-up says. A broken delegation or signature is sure to fail an authority, too; everything else may
 * pass, and where nothing at all can be resolved from here nobody knows whose it is.
 */
export function failedLook(
  looked_at: Evidence['looked_at'],
  name: string,
  failure: Failure,
  expected?: string[],
): Look {
  const { reason, fault, note } = failure;
  const verdict = reason === 'bogus' || reason === 'lame' || reason === 'loop' ? 'wrong' : 'cannot_tell';
  return {
    evidence: {
      looked_at: reason === 'bogus' ? 'dnssec' : looked_at,
      name,
      ...(expected === undefined ? {} : { expected }),
      verdict,
      note,
    },
    who: fault === 'ours' ? 'unknown' : 'customer',
  };
}

/** What `look` sees; an error that nobody foresaw, of any shape, is this look's alone and says nothing of the hostname. */
export async function lookSafely<Seen extends Look | undefined>(
  looked_at: Evidence['looked_at'],
  name: string,
  look: () => Promise<Seen>,
): Promise<Seen | Look> {
  try {
    return await look();
  } catch (error) {
    const note = `could not be looked at (${errorText(error)})`;
    return { evidence: { looked_at, name, verdict: 'cannot_tell', note }, who: 'unknown' };
  }
}
