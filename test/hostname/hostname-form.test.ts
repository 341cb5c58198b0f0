import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCustomHostnameId, parseHostname, parseZoneId } from '../../src/hostname/hostname-form.ts';

describe('a hostname', () => {
  test.each([
    ['shop.acme-store.net', 'shop.acme-store.net'],
    ['  Shop.ACME-Store.net. ', 'shop.acme-store.net'],
    ['*.Acme.net', '*.acme.net'],
    ['münchen-laden.de', 'xn--mnchen-laden-dlb.de'],
    ['*.Bücher.net', '*.xn--bcher-kva.net'],
    ['XN--BCHER-KVA.net', 'xn--bcher-kva.net'],
    ['bücher。net', 'xn--bcher-kva.net'],
    ['Ｓhop.пример.net', 'shop.xn--e1afmkfd.net'],
    ['col·lecció.net', 'xn--collecci-ioa91d.net'],
    ['r3---sn.acme.net', 'r3---sn.acme.net'],
    ['1.acme.net', '1.acme.net'],
    [`${'a'.repeat(63)}.net`, `${'a'.repeat(63)}.net`],
  ])('%j has the normal form %j', (text, hostname) => {
    expect(parseHostname(text)).toEqual({ ok: true, hostname });
  });

  test.each([
    ['', 'empty'],
    [' . ', 'empty'],
    ['shop', 'no dot'],
    ['*.net', 'no dot'],
    ['shop..net', 'empty label'],
    ['.shop.net', 'empty label'],
    ['shop.net..', 'empty label'],
    [`${'a'.repeat(64)}.net`, 'longer than 63'],
    [`${'a.'.repeat(127)}ne`, 'longer than 255'],
    [`${'ü'.repeat(60)}.net`, 'longer than 63'],
    ['10.0.0.1', 'IP address'],
    ['0x7f.1', 'IP address'],
    ['shop.1', 'number'],
    ['１２７.０.０.１', 'IP address'],
    ['::1', 'IP address'],
    ['[2001:db8::1]', 'IP address'],
    ['https://shop.net/', 'scheme'],
    ['shop.net:443', 'port'],
    ['shop%2enet.net', 'character'],
    ['sh op.net', 'white space'],
    ['“origin.acme.net”', 'cannot have ("“")'],
    ['xn--origin-9g0d.acme.net', 'cannot have'],
    ['shop’s.acme.net', 'cannot have'],
    ['i❤.acme.net', 'cannot have'],
    ['sh\u00adop.net', 'invisible'],
    ['sh\u200bop.net', 'invisible'],
    ['a_b.shop.net', 'underscore'],
    ['shop.*.net', '*'],
    ['**.shop.net', '*'],
    ['*shop.net', '*'],
    ['*', '*'],
    ['-a.shop.net', 'hyphen'],
    ['a-.shop.net', 'hyphen'],
    ['xn--zz\u00fc.net', 'internationalised'],
    ['xn--.net', 'internationalised'],
    ['a@b.net', 'character'],
    ['shop.localhost', 'reserved'],
    ['shop.test', 'reserved'],
    ['www.example.com', 'example.com'],
    ['*.example.org', 'example.org'],
  ])('%j is refused: %s', (text, reason) => {
    const parsed = parseHostname(text);
    expect(parsed.ok ? parsed.hostname : parsed.reason).toContain(reason);
    expect(parsed.ok).toBe(false);
  });

  test('in normal form keeps it, and is never longer or wider than the form allows', () => {
    const character = fc.constantFrom('a', 'B', '9', '-', '.', '*', 'ü', 'ß', '。', '_', 'x', 'n', 'İ', '１', '\u00ad');
    const text = fc.oneof(fc.string({ unit: character, maxLength: 30 }), fc.string({ unit: 'binary' }), fc.domain());
    fc.assert(
      fc.property(text, (each) => {
        const parsed = parseHostname(each);
        if (!parsed.ok) return;
        expect(parsed.hostname).toMatch(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,63}$/);
        expect(parseHostname(parsed.hostname)).toEqual(parsed);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a zone id is 32 hex digits, in lower case', () => {
  expect(parseZoneId(` ${'AB'.repeat(16)}`)).toBe('ab'.repeat(16));
  for (const text of ['', 'ab'.repeat(15), 'ab'.repeat(17), 'zz'.repeat(16)]) expect(parseZoneId(text)).toBeUndefined();
});

test('a custom hostname id is a UUID of 36 characters, in lower case', () => {
  const id = '2a1d3c9e-7b1f-4c6a-9d0e-5f4b3a2c1d0e';
  expect(parseCustomHostnameId(`${id.toUpperCase()} `)).toBe(id);
  for (const text of ['', id.replaceAll('-', ''), `${id}0`]) expect(parseCustomHostnameId(text)).toBeUndefined();
});
