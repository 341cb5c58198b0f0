import { expect, test } from 'vitest';
import { fitted } from '../../src/text/text-layout.ts';

test('on a narrow terminal long lines go on under where they begin, colours take no room, and commands stay whole', () => {
  const text = [
    '\u001b[1m2 of 3 rows edited\u001b[22m',
    '\u001b[2m    a.acme-store.net, b.acme-store.net\u001b[22m',
    '  - Hand on what customers must publish:',
    '      hostroll dcv export latest --format markdown --out letters',
    '  https://acme-store.net/a-word-longer-than-the-line',
  ].join('\n');
  expect(fitted(text, 20)).toBe(
    [
      '\u001b[1m2 of 3 rows edited\u001b[22m',
      '\u001b[2m    a.acme-store.net,',
      '    b.acme-store.net\u001b[22m',
      '  - Hand on what',
      '    customers must',
      '    publish:',
      '      hostroll dcv export latest --format markdown --out letters',
      '  https://acme-store.net/a-word-longer-than-the-line',
    ].join('\n'),
  );
  expect(fitted(text, Number.POSITIVE_INFINITY)).toBe(text);
});
