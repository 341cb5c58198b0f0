import { expect, it } from 'vitest';
import { readWord } from '../../src/config/steer-options.ts';

const HERE = { env: {}, now: Date.parse('2026-03-04T12:00:00Z'), tz: 'UTC' };

it('a pause can be of rows of one kind', () => {
  expect(readWord('pause', { only: 'ca=google,zone=z1' }, HERE)).toMatchObject({
    of: { certificate_authority: 'google', zone_id: 'z1' },
  });
  expect(readWord('pause', {}, HERE)).not.toHaveProperty('of');
});

it.each(['google', 'ca=', 'colour=red', 'ca=a=b', ''])('a pause refuses --only %j', (only) => {
  expect(() => readWord('pause', { only }, HERE)).toThrow('--only must be');
});
