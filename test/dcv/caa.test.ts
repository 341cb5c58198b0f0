import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CaaRecord, judgeCaa, relevantCaa } from '../../src/dcv/caa.ts';
import type { NameService } from '../../src/dns/lookup.ts';

const record = (tag: string, value: string, critical = false): CaaRecord => ({ tag, value, critical });
const asked = (more: Partial<Parameters<typeof judgeCaa>[1]> = {}) => ({
  ...{ issuers: ['pki.goog'], wildcard: false, challenge: 'dns-01' as const },
  ...more,
});

describe('CAA records let an authority issue (RFC 8659, section 4)', () => {
  const ours = record('issue', 'pki.goog; cansignhttpexchanges=yes');
  it.each<[string, CaaRecord[], Parameters<typeof judgeCaa>[1], boolean | 'unsure']>([
    ['where there are none', [], asked(), true],
    ['that name it', [ours], asked(), true],
    ['that name it among others', [record('issue', 'letsencrypt.org'), ours], asked(), true],
    ['but not those that name others only', [record('issue', 'letsencrypt.org')], asked(), false],
    ['but not those that name nobody', [record('issue', ';')], asked(), false],
    ['that speak of other things', [record('iodef', 'mailto:security@acme-store.net')], asked(), true],
    ['for a wildcard by issue, where issuewild is not there', [ours], asked({ wildcard: true }), true],
    ['for a wildcard by issuewild alone', [ours, record('issuewild', ';')], asked({ wildcard: true }), false],
    ['for a plain name whatever issuewild says', [ours, record('issuewild', ';')], asked(), true],
    ['but nobody past a critical tag that it does not know', [ours, record('future', 'x', true)], asked(), false],
    ['past an unknown tag that is not critical', [ours, record('future', 'x')], asked(), true],
    ['by other methods only', [record('issue', 'pki.goog; validationmethods=http-01')], asked(), false],
    [
      'for an account that only Cloudflare knows',
      [record('issue', 'pki.goog; accounturi=https://x')],
      asked(),
      'unsure',
    ],
  ])('%s', (_name, records, request, allowed) => {
    expect(judgeCaa(records, request).allowed).toBe(allowed);
  });

  it('the same in any order', () => {
    const one = fc.record({
      tag: fc.constantFrom('issue', 'issuewild', 'iodef', 'future'),
      value: fc.constantFrom('pki.goog', 'letsencrypt.org', ';', ''),
      critical: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.boolean(), (records, wildcard) => {
        const reversed = [...records].reverse();
        expect(judgeCaa(reversed, asked({ wildcard })).allowed).toBe(judgeCaa(records, asked({ wildcard })).allowed);
      }),
    );
  });
});

describe('the CAA records that hold for a name (RFC 8659, section 3)', () => {
  /** A tree in which these names have a CAA record each, and `broken` ones fail. */
  const tree = (holders: ReadonlySet<string>, broken: ReadonlySet<string> = new Set()) => {
    const seen: string[] = [];
    const names = {
      lookup: async (name: string) => {
        seen.push(name);
        if (broken.has(name)) return { kind: 'failed', failure: { reason: 'servfail', fault: 'theirs', note: '' } };
        return holders.has(name)
          ? { kind: 'found', records: [{ type: 'CAA', ...record('issue', name) }] }
          : { kind: 'no_records' };
      },
    } as unknown as NameService;
    return { names, seen };
  };
  const labels = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 5 });

  it('are those of the nearest name up the tree that has any, and nothing above is asked', async () => {
    await fc.assert(
      fc.asyncProperty(labels, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), async (parts, has) => {
        const path = parts.map((_, at) => parts.slice(at).join('.'));
        const holders = new Set(path.filter((_, at) => has[at]));
        const { names, seen } = tree(holders);
        const found = await relevantCaa(names, parts.join('.'));
        const nearest = path.find((name) => holders.has(name));
        expect(found).toMatchObject(nearest === undefined ? { kind: 'none' } : { kind: 'records', at: nearest });
        expect(seen).toEqual(nearest === undefined ? path : path.slice(0, path.indexOf(nearest) + 1));
      }),
    );
  });

  it('are not known where a look-up on the way fails: an authority must not issue then', async () => {
    const { names } = tree(new Set(['net']), new Set(['acme-store.net']));
    expect(await relevantCaa(names, 'shop.acme-store.net')).toMatchObject({ kind: 'failed', at: 'acme-store.net' });
  });
});
