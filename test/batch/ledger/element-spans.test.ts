import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementSpans } from '../../../src/batch/ledger/element-spans.ts';

test('each element is found where it stands, whatever is in it and however it is laid out', () => {
  const element = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.array(element), fc.string({ unit: 'binary' }), fc.constantFrom(0, 2), (rows, note, indent) => {
      const json = Buffer.from(JSON.stringify({ at: note, type: 'settled', rows }, null, indent));
      const found = elementSpans(json).map(({ offset, length }) =>
        JSON.parse(json.toString('utf8', offset, offset + length)),
      );
      expect(found).toEqual(JSON.parse(JSON.stringify(rows)));
    }),
  );
});
