import { describe, expect, it } from 'vitest';
import { parseScheduledCommand } from '../../src/config/scheduled-command.ts';

const parse = (...words: string[]) => parseScheduledCommand(words, { from: Date.UTC(2026, 10, 26), tz: 'UTC' });

describe('a scheduled command, as data', () => {
  it('carries what apply is asked for, --in-pack included, and nothing that is not said', () => {
    const words = ['apply', 'renew.csv', '--in-pack', '--wait', '2h', '--skip-invalid', '--force', 'rejected'];
    expect(parse(...words)).toEqual({
      kind: 'apply',
      manifest: 'renew.csv',
      skipInvalid: true,
      config: { inPack: true, waitMs: 7_200_000, freshMs: 600_000, rules: { force: ['rejected'], expect: {} } },
    });
    expect(parse('apply', 'renew.csv')).toMatchObject({ config: {}, skipInvalid: false });
  });

  it('carries the zones, the limits and the doctor of a sweep', () => {
    const words = ['sweep', 'acme-store.net', '--until', '06:00', '--wait-strict', '--side-by-side', '7'];
    expect(parse(...words)).toMatchObject({
      kind: 'sweep',
      config: { zones: ['acme-store.net'], waitStrict: true },
      options: { zones: ['acme-store.net'], until: Date.UTC(2026, 10, 26, 6), given: { sideBySide: '7' } },
      doctor: { concurrency: 7 },
    });
  });

  it('carries what an inventory and a drift are asked for', () => {
    expect(parse('inventory', 'all', '--within', '14d', '--stale', '90d', '--notify', 'exec:page-me')).toMatchObject({
      kind: 'inventory',
      config: { zones: ['all'] },
      options: { withinMs: 14 * 86_400_000, staleMs: 90 * 86_400_000 },
      notices: [{ exec: ['page-me'] }],
    });
    expect(parse('drift', 'acme-store.net', '--against', 'before.jsonl', '--fix', 'fix.jsonl')).toMatchObject({
      kind: 'drift',
      config: { zones: ['acme-store.net'] },
      options: { against: 'before.jsonl', fix: 'fix.jsonl' },
    });
  });

  it.each([
    ['a manifest that cannot be read again', ['apply', '-'], /standard input cannot be read again/],
    ['another command', ['report', 'latest'], /cannot be scheduled/],
    ['what it runs on', ['apply', 'a.csv', '--quota', '10/1'], /unknown option '--quota'/],
    ['a wait beyond a week', ['apply', 'a.csv', '--wait', '8d'], /at most 168h/],
    ['who cannot be told', ['inventory', 'all', '--notify', 'ftp://x'], /must be an http/],
    ['no zone', ['sweep'], /missing required argument/],
  ])('refuses %s when it is added', (_, words, reason) => {
    expect(() => parse(...words)).toThrow(reason);
  });
});
