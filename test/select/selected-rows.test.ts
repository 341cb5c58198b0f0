import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAssignments } from '../../src/select/assignments.ts';
import { findLiveField, type LiveField } from '../../src/select/live-fields.ts';
import { Sample, selectedRow, Tally } from '../../src/select/selected-rows.ts';
import { live, NOW } from './live.ts';

const field = (path: string): LiveField => {
  const found = findLiveField(path);
  if (found === undefined) throw new Error(path);
  return found;
};

describe('a selection', () => {
  it('asks for what is set, as the cells of a manifest would', async () => {
    const { change, faults } = await parseAssignments([
      'ssl.method=txt,ssl.settings.min_tls_version=1.2',
      'custom_metadata.note=a, b',
      'custom_metadata.old=<clear>',
      'ssl.settings.ciphers=AES128-SHA AES256-SHA',
    ]);
    expect(faults).toEqual([]);
    expect(change).toEqual({
      ssl: { method: 'txt', settings: { min_tls_version: '1.2', ciphers: ['AES128-SHA', 'AES256-SHA'] } },
      custom_metadata: { note: 'a, b', old: null },
    });
  });

  it.each([
    ['ssl.method', 'write a field, = and a value'],
    ['ssl.methd=txt', 'did you mean "ssl.method"?'],
    ['ssl.method=', 'the value is missing'],
    ['ssl.settings.min_tls_version=1.4', 'is not one of'],
    ['recheck=true,ssl.method=txt', 'recheck'],
    ['zone_id=1', 'cannot be set here'],
  ])('refuses what no row may ask for: %s', async (text, sentence) => {
    const { faults } = await parseAssignments([text]);
    expect(faults.join('\n')).toContain(sentence);
  });

  it('shows what was seen where a manifest leaves it alone', () => {
    const form = { change: { recheck: true }, columns: [field('zone_id'), field('ssl.method')] };
    expect(selectedRow(live({}, {}), form, NOW)).toEqual({
      hostname: 'shop.acme-store.net',
      zone_id: '0123456789abcdef0123456789abcdef',
      recheck: true,
      live: { 'ssl.method': 'txt' },
    });
  });

  it('counts each hostname once, the most frequent first', () => {
    const tally = new Tally([field('ssl.method'), field('ssl.certificate_authority')]);
    for (const method of ['http', 'txt', 'http']) tally.add(live({}, { method }), NOW);
    tally.add(live({}), NOW);
    expect(tally.rows()).toEqual([
      { values: ['http', 'google'], count: 2 },
      { values: ['', ''], count: 1 },
      { values: ['txt', 'google'], count: 1 },
    ]);
  });

  it('has a sample that is the same each time, in order, and part of every larger one', () => {
    const names = fc.uniqueArray(fc.domain(), { minLength: 1, maxLength: 60 });
    const sampled = (size: number, all: readonly string[]) => {
      const sample = new Sample<string>(size);
      for (const name of all) sample.add(name, name);
      return sample.values();
    };
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 20 }), (all, size) => {
        const [small, large] = [sampled(size, all), sampled(size + 5, all)];
        expect(small).toEqual(all.filter((name) => small.includes(name)));
        expect(small).toHaveLength(Math.min(size, all.length));
        expect(large.filter((name) => small.includes(name))).toEqual(small);
      }),
    );
  });
});
