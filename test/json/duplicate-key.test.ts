import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateKey } from '../../src/json/duplicate-key.ts';

const found = (text: string) => duplicateKey(text, JSON.parse(text));

it.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"x":{"b":1},"y":[{"b":1,"c":{},"b":[]}]}', 'b'],
  ['{"a" : 1, "\\u0061": 2}', 'a'],
  ['{"":1,"":1}', ''],
])('A key that is there twice is named: %s', (text, key) => expect(found(text)).toBe(key));

it('No other JSON has one', () => {
  expect(found('{"a":"x\\":","b":":","c":{"a":"\\"a\\":"},"d":[{"a":1},{"a":2}]}')).toBeUndefined();
  fc.assert(fc.property(fc.jsonValue(), (value) => void expect(found(JSON.stringify(value))).toBeUndefined()));
});
