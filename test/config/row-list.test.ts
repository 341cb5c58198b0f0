import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowList, rowListText } from '../../src/config/row-list.ts';

it('a list of rows means its numbers and ranges, and says every set of rows', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (rows) => {
      const sorted = [...rows].sort((a, b) => a - b);
      const isMeant = rowList(rowListText(sorted), 60);
      expect(Array.from({ length: 60 }, (_, at) => at + 1).filter(isMeant)).toEqual(sorted);
    }),
  );
  expect(rowListText([1, 2, 3, 9])).toBe('1-3,9');
});

it.each(['0', '61', '4-2', 'x', '1-', '1;2'])('a list of rows refuses %s', (text) => {
  expect(() => rowList(text, 60)).toThrow('--rows must be numbers of rows up to 60');
});
