import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide } from '../../src/hostname/decide.ts';
import { layOver, type Planned } from '../../src/hostname/lay-over.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import { change, liveHostname, shop } from './generate.ts';

const KNOWN = { untyped: false, inPack: false, choosesAuthority: false, existsElsewhere: false };

/** The row as it was planned against `live`. */
function planned(wanted: Change, live: LiveHostname, more: Partial<Planned> = {}): Planned {
  const decision = decide(wanted, live, { ...KNOWN, ...more });
  if (!('body' in decision)) throw new TypeError(`${decision.code}: ${decision.message}`);
  const { existsElsewhere: _, ...known } = KNOWN;
  return { ...known, change: wanted, before: decision.before, overwriteDrift: false, ...more };
}

const withSsl = (more: Partial<LiveSsl>): LiveHostname => shop({ ssl: { ...shop().ssl, status: 'active', ...more } });
const TLS: Change = { ssl: { settings: { min_tls_version: '1.3' } } };

describe('a row laid over a newer reading', () => {
  it.each(['deleted', 'pending_deletion'])(
    'is held back where the hostname is %s by now: it is not called back',
    (status) => {
      for (const wanted of [TLS, { custom_metadata: { plan: 'gold' } }, { recheck: true as const }]) {
        const then = shop({ status: 'pending' });
        expect(layOver(planned(wanted, then), { ...then, status })).toMatchObject({
          decision: 'reject',
          code: 'HOSTNAME_NOT_FOUND',
          message: expect.stringContaining(status),
        });
      }
    },
  );

  it('keeps what others have changed beside it, also what they added and took away, and names it', () => {
    const then = withSsl({ certificate_authority: 'ssl_com', settings: { http2: 'on', min_tls_version: '1.2' } });
    const now = withSsl({ method: 'txt', settings: { early_hints: 'on', min_tls_version: '1.2' } });
    const laid = layOver(planned(TLS, then), now);
    expect(laid).toMatchObject({
      decision: 'edit',
      body: {
        ssl: {
          ...{ type: 'dv', method: 'txt', wildcard: false, bundle_method: 'ubiquitous' },
          settings: { early_hints: 'on', min_tls_version: '1.3' },
        },
      },
    });
    expect(laid.drift.sort()).toEqual([
      'ssl.certificate_authority',
      'ssl.method',
      'ssl.settings.early_hints',
      'ssl.settings.http2',
    ]);
  });

  it.each([
    ['a setting', TLS, withSsl({ settings: { min_tls_version: '1.1' } }), 'ssl.settings.min_tls_version'],
    [
      'a field that held what the row asks for',
      { ssl: { method: 'http', settings: { min_tls_version: '1.3' } } },
      withSsl({ method: 'txt' }),
      'ssl.method',
    ],
    [
      'a member that the row found as it is to be',
      { custom_origin_server: 'o.acme-store.net', custom_metadata: { plan: 'gold' } },
      shop({ custom_metadata: { plan: 'tin' }, custom_origin_server: 'x.acme-store.net' }),
      'custom_origin_server',
    ],
    [
      'a key of metadata',
      { custom_metadata: { plan: 'gold' } },
      shop({ custom_metadata: { plan: 'tin' } }),
      'custom_metadata.plan',
    ],
    [
      'a key that it clears',
      { custom_metadata: { old: null } },
      shop({ custom_metadata: { old: 2 } }),
      'custom_metadata.old',
    ],
  ] as [string, Change, LiveHostname, string][])('is held back where others changed %s', (_name, wanted, now, path) => {
    const then = shop({ custom_metadata: { plan: 'iron', old: 1 }, custom_origin_server: 'o.acme-store.net' });
    expect(layOver(planned(wanted, then), now)).toMatchObject({
      decision: 'reject',
      code: 'CHANGED_SINCE_PLAN',
      drift: expect.arrayContaining([path]),
      message: expect.stringContaining(`${path} (`),
    });
    expect(layOver(planned(wanted, then, { overwriteDrift: true }), now).decision).toBe('edit');
  });

  it('keeps other keys of metadata as they are now', () => {
    const then = shop({ custom_metadata: { plan: 'iron', seats: 1 } });
    const now = shop({ custom_metadata: { plan: 'iron', seats: 2, new: true } });
    const laid = layOver(planned({ custom_metadata: { plan: 'gold' } }, then), now);
    expect(laid).toMatchObject({ body: { custom_metadata: { plan: 'gold', seats: 2, new: true } } });
    expect(laid.drift.sort()).toEqual(['custom_metadata.new', 'custom_metadata.seats']);
  });

  it('is not to be sent any more where somebody else has done it', () => {
    const laid = layOver(planned(TLS, shop()), withSsl({ settings: { min_tls_version: '1.3' } }));
    expect(laid).toMatchObject({ decision: 'skip', code: 'ALREADY_SO' });
  });

  it('does not lose a certificate that was uploaded meanwhile', () => {
    expect(layOver(planned(TLS, shop()), withSsl({ uploaded: true }))).toMatchObject({
      decision: 'reject',
      code: 'UPLOADED_CERTIFICATE',
    });
  });

  it('rechecks what waits now', () => {
    const then = withSsl({ status: 'pending_validation' });
    expect(layOver(planned({ recheck: true }, then), shop())).toMatchObject({ decision: 'recheck', body: {} });
  });

  it('takes Cloudflare’s own choice of authority for nobody’s change', () => {
    const wanted: Change = { ssl: { certificate_authority: '', method: 'txt' } };
    expect(layOver(planned(wanted, shop()), withSsl({ certificate_authority: 'ssl_com' })).decision).toBe('edit');
  });

  it('comes out as planned where nothing has changed, whatever the hostname and the change', () => {
    fc.assert(
      fc.property(change, liveHostname, fc.boolean(), (wanted, live, untyped) => {
        const decision = decide(wanted, live, { ...KNOWN, untyped });
        fc.pre('body' in decision);
        const { effects: _, ...same } = decision;
        const laid = layOver(planned(wanted, live, { untyped }), live);
        expect(laid).toMatchObject(same);
        expect(laid.drift).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
