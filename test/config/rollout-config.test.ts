import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../src/batch/ledger/rollout.ts';
import type { Flags } from '../../src/config/inputs.ts';
import { ConfigProblems } from '../../src/config/problems.ts';
import { rolloutConfig, rolloutOf, ruleProblems } from '../../src/config/rollout-config.ts';
import { MINUTE } from '../../src/terms.ts';

function read(flags: Flags) {
  const problems = new ConfigProblems();
  const config = rolloutConfig(flags, problems);
  let refused = '';
  try {
    problems.throwIfAny();
  } catch (error) {
    refused = (error as Error).message;
  }
  return { config, refused };
}

describe('waves by flags', () => {
  it('wait a quarter of an hour, and let half be pending, where nothing else is said', () => {
    expect(read({ waves: '10,100%' }).config.waves).toEqual({
      ...{ sizes: [{ rows: 10 }, { share: 1 }], wait_ms: 15 * MINUTE, max_pending: 0.5, confirm: false },
    });
    const given = { waves: '5%,100%', waveWait: '2h', maxPending: '0', confirmWaves: true };
    expect(read(given).config.waves).toMatchObject({ wait_ms: 120 * MINUTE, max_pending: 0, confirm: true });
  });

  it.each([
    [{ waves: '10,5' }, '--waves: waves must rise'],
    [{ waves: '10' }, 'the last wave must be 100%'],
    [{ waves: '10,100%', waveWait: 'soon' }, '--wave-wait must be a time'],
    [{ waves: '10,100%', maxPending: 'most' }, '--max-pending must be a part'],
    [{ confirmWaves: true }, '--confirm-waves is about waves, and there are none'],
    [{ maxPending: '10%' }, '--max-pending is about waves'],
  ] as [Flags, string][])('are refused in one sentence: %j', (flags, sentence) => {
    const { refused } = read(flags);
    expect(refused).toContain(sentence);
    expect(refused.split('\n')).toHaveLength(1);
  });
});

describe('stop rules', () => {
  const rule = { name: 'ssl-com', trouble: 'failed', per: ['certificate_authority'], share: 0.1, action: 'hold_slice' };

  it('are those that experts would choose, but for what is given', () => {
    expect(rolloutOf({}, []).rules).toEqual(DEFAULT_RULES);
    const [mine] = read({ stopRule: [JSON.stringify(rule)] }).config.stopRules ?? [];
    expect(mine).toEqual(rule);
    const { rules } = rolloutOf({ stopRules: [{ ...DEFAULT_RULES[0], count: 5 } as never] }, [rule as never]);
    expect(rules).toHaveLength(DEFAULT_RULES.length + 1);
    expect(rules[0]).toMatchObject({ name: 'unreachable', count: 5 });
  });

  it('are switched off by their name alone', () => {
    const off = { name: 'lost', trouble: 'lost', per: [], action: 'stop' };
    const { config } = read({ stopRule: [JSON.stringify(off)] });
    expect(rolloutOf(config, []).rules.map(({ name }) => name)).not.toContain('lost');
  });

  it.each([
    ['no', 'it is no rule in JSON'],
    [JSON.stringify({ ...rule, trouble: 'rain' }), 'trouble: '],
    [JSON.stringify({ ...rule, share: 3 }), 'share: '],
    [
      JSON.stringify({ ...rule, count: 9, window: 3 }),
      '"ssl-com" can never fire: of its last 3 rows there are never 9',
    ],
  ])('are refused where they are none: %s', (text, why) => {
    expect(read({ stopRule: [text] }).refused).toContain(why);
  });

  it('that contradict each other are refused', () => {
    expect(ruleProblems([rule, rule] as never)).toEqual([
      expect.stringContaining('"ssl-com" is the name of two rules'),
    ]);
  });

  it('of most failures fire when there are more', () => {
    expect(read({ maxFailures: '20' }).config.stopRules).toMatchObject([
      { name: 'max_failures', count: 21, action: 'hold' },
    ]);
    expect(read({ maxFailures: '2%' }).config.stopRules).toMatchObject([{ share: 0.02 }]);
    expect(read({ maxFailures: 'few' }).refused).toContain('--max-failures must be');
  });
});
