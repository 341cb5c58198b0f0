import { expect, it } from 'vitest';
import { parseCondition } from '../../src/select/condition.ts';
import { notSelected } from '../../src/sweep/selection.ts';
import { live, NOW } from '../select/live.ts';

it.each(['deleted', 'pending_deletion'])('a sweep never selects what is %s, though asked for it', (status) => {
  const asked = parseCondition(`status=${status}`);
  if ('fault' in asked) throw new Error(asked.fault);
  const hostname = live({ status }, { status: 'pending_validation' });
  expect([notSelected(hostname, [asked], NOW), notSelected(hostname, [], NOW)]).toEqual(['SWEEP_PHASE', 'SWEEP_PHASE']);
  expect(notSelected(live({ status: 'moved' }), [], NOW)).toBeUndefined();
});
