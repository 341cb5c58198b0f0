import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide } from '../../src/hostname/decide.ts';
import { changedSince, inverseOf, reversalOf, uploadsToPutBack } from '../../src/hostname/inverse.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import type { JsonObject } from '../../src/terms.ts';

const OPTIONS = { untyped: false, existsElsewhere: false, choosesAuthority: true };

/** What the API then holds: metadata, and ssl with its settings, as a whole. */
function patched(live: LiveHostname, body: JsonObject): LiveHostname {
  const { ssl, ...members } = body;
  const { settings, ...config } = (ssl ?? {}) as JsonObject;
  const { settings: _, ...stored } = (live.ssl ?? { status: 'active' }) as LiveHostname['ssl'] & object;
  const whole = { ...stored, ...config, ...(settings === undefined ? {} : { settings: settings as JsonObject }) };
  return { ...live, ...members, ...(ssl === undefined ? {} : { ssl: whole }) } as LiveHostname;
}

/** What of a hostname an edit can change; an empty origin is none. */
const held = ({ custom_metadata = {}, custom_origin_server = '', custom_origin_sni = '', ssl }: LiveHostname) => ({
  ...{ custom_metadata, custom_origin_server, custom_origin_sni },
  ...{ method: ssl?.method, authority: ssl?.certificate_authority, wildcard: ssl?.wildcard ?? false },
  settings: ssl?.settings ?? {},
});

const metadata = fc.dictionary(
  fc.constantFrom('a', 'b.c', 'd'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  // JSON makes no objects without a prototype.
  { noNullPrototype: true },
);
const settings = fc.record(
  {
    http2: fc.constantFrom('on' as const, 'off' as const),
    min_tls_version: fc.constantFrom('1.0' as const, '1.2' as const),
    ciphers: fc.subarray(['AES128-SHA', 'AES256-SHA'], { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const authority = fc.constantFrom('google' as const, 'ssl_com' as const, 'lets_encrypt' as const);
const live = fc
  .record({
    custom_metadata: metadata,
    custom_origin_server: fc.constantFrom('', 'origin.acme-store.net'),
    ssl: fc.record({
      ...{ status: fc.constant('active'), method: fc.constant('txt'), type: fc.constant('dv') },
      ...{ certificate_authority: authority, wildcard: fc.boolean(), settings },
    }),
  })
  .map(
    (members) =>
      ({ ...members, id: 'i', zone_id: 'z', hostname: 'shop.net', status: 'active' }) as unknown as LiveHostname,
  );
const change = fc
  .record(
    {
      custom_metadata: fc.dictionary(fc.constantFrom('a', 'b.c', 'e'), fc.oneof(fc.string(), fc.constant(null)), {
        noNullPrototype: true,
      }),
      custom_origin_server: fc.constantFrom('new.acme-store.net', null),
      ssl: fc.record({ certificate_authority: authority, wildcard: fc.boolean(), settings }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  )
  .map((one) => one as Change);

describe('an edit and its inverse', () => {
  it('bring a hostname back to where it was, field by field', () => {
    fc.assert(
      fc.property(live, change, (before, asked) => {
        const made = decide(asked, before, OPTIONS);
        if (made.decision !== 'edit') return;
        const after = patched(before, made.body);
        const inverse = inverseOf(made);
        if (!('change' in inverse)) throw new Error(inverse.why);
        const undone = decide(inverse.change, after, OPTIONS);
        if (undone.decision !== 'edit') throw new Error(JSON.stringify(undone));
        expect(changedSince(made, undone.before)).toEqual([]);
        expect(held(patched(after, undone.body))).toEqual(held(before));
      }),
    );
  });

  it('name what somebody else has changed in between', () => {
    const made = {
      body: { custom_metadata: { tier: 'gold', 'a.b': 1 } },
      before: { custom_metadata: { tier: 'lead' } },
    };
    expect(changedSince(made, { custom_metadata: { tier: 'gold', 'a.b': 1, more: 2 } })).toEqual([]);
    expect(changedSince(made, { custom_metadata: { tier: 'lead', 'a.b': 2 } })).toEqual(['custom_metadata.a.b']);
  });

  it.each([
    [{ ssl: { method: 'http' } }, { ssl: null }, 'it had no certificate before'],
    [{ ssl: { certificate_authority: 'google' } }, { ssl: { certificate_authority: 'digicert' } }, 'no longer issues'],
    [{ ssl: { bundle_method: 'force' } }, { ssl: {} }, 'ssl.bundle_method was not set before'],
  ])('say of %j on %j why it cannot be taken back', (body, before, why) => {
    expect(inverseOf({ body, before } as never)).toMatchObject({ why: expect.stringContaining(why) });
  });

  const [old, rest, fresh] = ['1', '2', '3'].map((serial_number) => ({ serial_number }));
  const sent = { ssl: { method: 'http', certificates: [rest, fresh] } } as JsonObject;
  const had = { ssl: { method: 'http', certificate_authority: 'google', certificates: [old, rest] } } as JsonObject;

  it('of an uploaded certificate put back what was uploaded before, inside a pack what was replaced alone', () => {
    const made = { body: sent, before: had, undo: 'needs_bundle' as const };
    expect(inverseOf(made)).toEqual({ change: {} });
    expect(uploadsToPutBack(made)).toEqual([old, rest]);
    expect(uploadsToPutBack({ ...made, pack: {} })).toEqual([old]);
    const lost = { body: { ssl: { method: 'txt', certificate_authority: 'google' } }, before: had };
    expect(inverseOf({ ...lost, undo: 'needs_bundle' })).toEqual({ change: { ssl: { method: 'http' } } });
  });

  it('of a managed certificate ask for one again, and of one that answers never told for nothing', () => {
    const made = { body: sent, before: had };
    const managed = { method: 'http', certificate_authority: 'google' };
    expect(inverseOf({ ...made, undo: 'needs_dcv' })).toEqual({ change: { ssl: managed } });
    expect(uploadsToPutBack({ ...made, undo: 'needs_dcv' })).toEqual([]);
    expect(inverseOf({ ...made, undo: 'not_reversible' })).toHaveProperty('why');
  });

  it('name a certificate that was replaced again in between', () => {
    const served = (certificate: JsonObject) => ({ ssl: { method: 'http', certificates: [certificate] } });
    const made = { body: sent, before: had };
    expect(changedSince(made, served({ serial_number: '9' }))).toEqual(['ssl.certificates']);
    for (const known of [fresh, old, {}]) expect(changedSince(made, served(known as JsonObject))).toEqual([]);
  });

  it.each([
    [['replaces_certificate', 'restarts_dcv'], { uploaded: true, serial_number: '1' }, 'needs_bundle'],
    [['replaces_certificate', 'restarts_dcv'], { uploaded: true }, 'not_reversible'],
    [['replaces_certificate', 'restarts_dcv'], { serial_number: '1' }, 'needs_dcv'],
    [['restarts_dcv', 'loses_upload'], { uploaded: true, serial_number: '1' }, 'needs_bundle'],
    [['restarts_dcv'], undefined, 'not_reversible'],
    [['metadata_only'], undefined, 'reversible'],
  ] as const)('with the effects %j on %j take %s', (effects, ssl, reversal) => {
    expect(reversalOf(effects, { ssl: ssl && { status: 'active', ...ssl } } as never)).toBe(reversal);
  });
});
