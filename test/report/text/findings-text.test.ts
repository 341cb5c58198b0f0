import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Finding, VERDICTS } from '../../../src/dcv/finding.ts';
import { FindingsText } from '../../../src/report/text/findings-text.ts';
import type { Hostname } from '../../../src/terms.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };

const found = (hostname: string, more: Partial<Finding> = {}): Finding => ({
  hostname: hostname as Hostname,
  verdict: 'missing',
  who: 'customer',
  evidence: [
    {
      looked_at: 'txt',
      name: `_acme-challenge.${hostname}`,
      expected: ['abc'],
      verdict: 'missing',
      note: 'no TXT record',
    },
  ],
  checked_at: '2026-03-04T12:00:00.000Z',
  ...more,
});

const textOf = (findings: readonly Finding[]): string => {
  const sum = new FindingsText();
  for (const finding of findings) sum.add(finding);
  return sum.text(plain);
};

test('a few hostnames are told one by one, with what was expected', () => {
  const text = textOf([found('shop.acme.net')]);
  expect(text).toContain('1 hostname looked at, 0 ready now');
  expect(text).toContain('txt _acme-challenge.shop.acme.net: no TXT record\n    expected abc');
});

test('what many have in common is said once, with their number', () => {
  const note = (name: string) => `no server at the root answers for ${name}`;
  const unseen = (name: string): Partial<Finding> => ({
    verdict: 'cannot_tell',
    who: 'unknown',
    evidence: [{ looked_at: 'txt', name, verdict: 'cannot_tell', note: note(name) }],
  });
  const findings = Array.from({ length: 790 }, (_, at) =>
    found(`shop${at}.acme${at}.net`, unseen(`shop${at}.acme${at}.net`)),
  );
  const text = textOf([...findings, found('www.other.org')]);
  expect(text.split('\n').length).toBeLessThan(15);
  expect(text).toContain('790 hostnames: no server at the root answers for …');
  expect(text.indexOf('The customer must act')).toBeLessThan(text.indexOf('Who must act is not known'));
  expect(text).toContain('--format csv');
});

test('no look takes more than 40 lines, whatever it finds', () => {
  const finding = fc.record({
    hostname: fc.domain(),
    verdict: fc.constantFrom(...VERDICTS),
    who: fc.constantFrom('operator', 'customer', 'owner', 'unknown'),
    note: fc.string({ unit: 'grapheme', maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 120, size: 'max' }), (all) => {
      const text = textOf(
        all.map(({ hostname, verdict, who, note }) =>
          found(hostname, {
            verdict,
            who,
            evidence: [{ looked_at: 'dnssec', name: hostname, verdict, note }],
          } as Partial<Finding>),
        ),
      );
      expect(text.split('\n').length).toBeLessThanOrEqual(40);
    }),
  );
});
