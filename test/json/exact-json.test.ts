import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExactNumber, parseExact, stringifyExact, textOfValue } from '../../src/json/exact-json.ts';
import type { Json } from '../../src/terms.ts';

const again = (text: string): string => stringifyExact(parseExact(text) as Json);

describe('a number of somebody else', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1e-400',
    '0.12345678901234567890123',
    '123456789012345678901234567890',
  ])('goes out as it came in: %s', (number) => {
    const text = `{"tenant_id":${number},"list":[${number}],"plan":"${number}"}`;
    expect(again(text)).toBe(text);
    const { tenant_id } = parseExact(text) as Record<string, Json>;
    expect([isExactNumber(tenant_id ?? null), textOfValue(tenant_id ?? null)]).toEqual([true, number]);
  });

  it.each([
    '0',
    '-1.5',
    '1e2',
    '1.20',
    '9007199254740992',
    '0.1',
    '1E+2',
    '100000000000000000000',
    '0.000001',
    '0e400',
  ])('is a plain one where nothing of it is lost: %s', (number) =>
    expect(parseExact(`{"a":${number}}`)).toEqual({ a: Number(number) }),
  );

  it('within a text is text', () => {
    const text = JSON.stringify({ a: 'x:9007199254740993, [1e400]', '1e400': '\\":9007199254740993,' });
    expect(again(text)).toBe(text);
  });

  it.each(['{"a":01234567890123456789}', '{"a":12345678901234567890x}', '{"a":1e}', '{9007199254740993:1}', '[1e400'])(
    'does not make JSON of what is none: %s',
    (text) => expect(() => parseExact(text)).toThrow(SyntaxError),
  );

  it('changes nothing of any other JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseExact(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
