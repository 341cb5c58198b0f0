import { expect, test } from 'vitest';
import type { Cause } from '../../../src/dcv/causes.ts';
import { causeLines } from '../../../src/report/text/causes-text.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text, now: 0, rest: 'report.json' };
const cause = (more: Partial<Cause>): Cause => ({
  ...{ who: 'operator', what: 'stuck', code: null, todo: 'Remove the cause, then send them again.', count: 1 },
  ...{ examples: [], domains: [], deadlines: {} },
  ...more,
});
const names = (count: number) => Array.from({ length: count }, (_, at) => `shop-${at}.acme-store.net`);

test('where room is short, what we must do is said before names are', () => {
  const causes = [
    cause({ what: 'rejected', code: 'A', todo: 'Name its bundle in the row.', count: 62, examples: names(20) }),
    cause({ what: 'stuck (moved)', count: 14, examples: names(14) }),
    cause({ who: 'customer', what: 'waiting', todo: 'Hand on the records.', count: 46, examples: names(3) }),
  ];
  expect(causeLines(causes, { room: 7, ...plain })).toEqual([
    'You must act',
    '  62 rows: rejected',
    '    Name its bundle in the row.',
    '  14 hostnames: stuck (moved)',
    '    Remove the cause, then send them again.',
    'The customer must act',
    '  46 hostnames: waiting',
  ]);
});

test('what is to be done is said once for causes that have it in common', () => {
  const causes = [cause({ what: 'stuck (moved)' }), cause({ what: 'stuck (expired)' })];
  const lines = causeLines(causes, { room: 40, ...plain });
  expect(lines.filter((line) => line.includes('Remove the cause'))).toHaveLength(1);
});
