import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyIndex } from '../../src/disk/key-index.ts';

test('answers as a Map does', () => {
  const key = fc.oneof(
    fc.integer({ min: 0, max: 3_000 }).map((each) => `h${each}.acme.net`),
    fc.string(),
  );
  const pairs = fc.array(fc.tuple(key, fc.double({ noNaN: true })), { maxLength: 5_000, size: 'max' });
  fc.assert(
    fc.property(pairs, fc.array(key), (set, asked) => {
      const index = new KeyIndex();
      const map = new Map<string, number>();
      const differs = (name: string) => !Object.is(index.get(name), map.get(name));
      for (const [name, value] of set) {
        if (differs(name)) return false;
        index.set(name, value);
        map.set(name, value);
      }
      return index.size === map.size && ![...map.keys(), ...asked].some(differs);
    }),
    { numRuns: 20 },
  );
});

test('finds every key again after growing, and no other', () => {
  const index = new KeyIndex();
  for (let at = 0; at < 100_000; at++) index.set(`h${at}.acme.net`, at);
  for (let at = 0; at < 100_000; at++) if (index.get(`h${at}.acme.net`) !== at) throw new Error(`lost key ${at}`);
  for (let at = 0; at < 100_000; at++)
    if (index.get(`g${at}.acme.net`) !== undefined) throw new Error(`made key ${at}`);
  expect(index.size).toBe(100_000);
});
