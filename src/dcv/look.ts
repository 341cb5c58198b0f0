import type { Failure } from '../dns/lookup.ts';
import type { Actor } from '../hostname/who-acts.ts';
import type { Evidence } from './finding.ts';

/** One look: what was seen, and who must move if it is not as it should be. */
export interface Look {
  evidence: Evidence;
  who: Actor;
}

/**
 * What a failed look-up says. A broken delegation or signature is sure to fail an authority, too; everything else may
 * pass, and where nothing at all can be resolved from here it is ours to mend.
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
    who: fault === 'ours' ? 'operator' : 'customer',
  };
}
