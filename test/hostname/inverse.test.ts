import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide } from '../../src/hostname/decide.ts';
import { changedSince, inverseOf } from '../../src/hostname/inverse.ts';
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
    [{ ssl: { certificates: [{ serial_number: '1' }] } }, { ssl: { method: 'http' } }, 'it brought a certificate'],
    [{ ssl: { method: 'http' } }, { ssl: null }, 'it had no certificate before'],
    [{ ssl: { certificate_authority: 'google' } }, { ssl: { certificate_authority: 'digicert' } }, 'no longer issues'],
    [{ ssl: { bundle_method: 'force' } }, { ssl: {} }, 'ssl.bundle_method was not set before'],
  ])('say of %j on %j why it cannot be taken back', (body, before, why) => {
    expect(inverseOf({ body, before } as never)).toMatchObject({ why: expect.stringContaining(why) });
  });
});
