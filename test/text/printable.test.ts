import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forTerminal, printable, printableLines } from '../../src/text/printable.ts';

const OBEYED = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

describe('a text from elsewhere', () => {
  it.each([
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['a\u009b2J', 'a\\u009b2J'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['pay\u200bpal', 'pay\\u200bpal'],
    ['\ufeffx\u2028y', '\\ufeffx\\u2028y'],
    ['tag\u{e0041}', 'tag\\udb40\\udc41'],
    ['a\r\nb', 'a\\u000d\\u000ab'],
    ['grün 🌱 中文 “x”', 'grün 🌱 中文 “x”'],
  ])('shows what nobody would see: %j', (text, shown) => expect(printable(text)).toBe(shown));

  it('holds nothing that a terminal obeys, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(OBEYED);
        expect(printableLines(text).replaceAll(/[\n\t]/g, '')).not.toMatch(OBEYED);
      }),
    );
  });

  it('that is JSON stays the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 2);
        // What JSON itself loses, such as the sign of -0, is not what is asked about.
        expect(JSON.parse(forTerminal(text, false))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('has its colours where there are any, and no other command', () => {
    const text = '\u001b[32mok\u001b[39m\n\u001b]0;title\u0007\u001b[2J';
    expect(forTerminal(text, true)).toBe('\u001b[32mok\u001b[39m\n\\u001b]0;title\\u0007\\u001b[2J');
    expect(forTerminal(text, false)).not.toContain('\u001b');
  });
});
