import fc from 'fast-check';
import {
  BUNDLE_METHODS,
  CERTIFICATE_AUTHORITIES,
  type Change,
  CIPHERS,
  MIN_TLS_VERSIONS,
  ON_OFF,
  SSL_METHODS,
  type SslChange,
} from '../../src/hostname/change.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../src/terms.ts';

const optional = { requiredKeys: [] };
const onOff = fc.constantFrom(...ON_OFF);
const ciphers = fc.uniqueArray(fc.constantFrom(...CIPHERS), { minLength: 1, maxLength: 4 });
const settings = {
  http2: onOff,
  tls_1_3: onOff,
  early_hints: onOff,
  min_tls_version: fc.constantFrom(...MIN_TLS_VERSIONS),
  ciphers,
};
const metadataKey = fc.constantFrom('plan', 'seats', 'vip', 'region', '__proto__', 'constructor', 'a.b');
const metadataText = fc.oneof(fc.constantFrom('', 'gold', '5', 'true', 'null'), fc.string({ maxLength: 8 }));
const metadataValue = fc.oneof(metadataText, fc.constantFrom(5, 12.5, true), fc.integer(), fc.boolean());

/** Members that no version of this tool knows, which the API may add any day. */
const unknownSettings = { http3: onOff, tls_1_2_only: fc.boolean(), origin_pull: fc.record({ mode: onOff }) };

const liveSsl: fc.Arbitrary<LiveSsl> = fc.record(
  {
    id: fc.uuid(),
    status: fc.constantFrom('active', 'pending_validation', 'validation_timed_out', 'brand_new'),
    type: fc.constant('dv'),
    method: fc.constantFrom<string>('http', 'txt', 'email', 'cname'),
    certificate_authority: fc.constantFrom<string>('google', 'lets_encrypt', 'ssl_com', 'digicert'),
    bundle_method: fc.constantFrom<string>(...BUNDLE_METHODS),
    wildcard: fc.boolean(),
    settings: fc.record({ ...settings, ...unknownSettings }, optional),
    uploaded: fc.constant(true),
  },
  { requiredKeys: ['status'] },
) as fc.Arbitrary<LiveSsl>;

export const liveHostname: fc.Arbitrary<LiveHostname> = fc.record(
  {
    id: fc.uuid(),
    zone_id: fc.constant('0123456789abcdef0123456789abcdef'),
    hostname: fc.constant('shop.acme-store.net'),
    status: fc.constantFrom('active', 'pending', 'moved', 'brand_new'),
    custom_metadata: fc.dictionary(metadataKey, metadataValue),
    custom_origin_server: fc.constantFrom('origin.acme-store.net', 'other.acme-store.net'),
    custom_origin_sni: fc.constantFrom('origin.acme-store.net', ':request_host_header:'),
    ssl: liveSsl,
  },
  { requiredKeys: ['id', 'zone_id', 'hostname', 'status'] },
) as fc.Arbitrary<LiveHostname>;

const sslChange: fc.Arbitrary<SslChange> = fc.record(
  {
    method: fc.constantFrom(...SSL_METHODS),
    type: fc.constant('dv' as const),
    certificate_authority: fc.constantFrom(...CERTIFICATE_AUTHORITIES),
    bundle_method: fc.constantFrom(...BUNDLE_METHODS),
    wildcard: fc.boolean(),
    cloudflare_branding: fc.boolean(),
    settings: fc.record(settings, optional),
  },
  optional,
);

/** A change of some members; never a recheck, possibly nothing at all. */
export const change: fc.Arbitrary<Change> = fc.record(
  {
    custom_metadata: fc.dictionary(metadataKey, fc.oneof(metadataValue, fc.constant(null))),
    custom_origin_server: fc.constantFrom('origin.acme-store.net', 'new.acme-store.net', null),
    custom_origin_sni: fc.constantFrom('origin.acme-store.net', ':request_host_header:', null),
    ssl: sslChange,
  },
  optional,
);

/** A change as a CSV row makes it: metadata is text only. */
export const csvChange: fc.Arbitrary<Change> = fc
  .tuple(change, fc.dictionary(metadataKey, fc.oneof(metadataText, fc.constant(null))))
  .map(([fields, custom_metadata]) => ({ ...fields, custom_metadata }));

/** The hostname most tests start from, with `more` laid over it. */
export const shop = (more: Partial<LiveHostname> = {}): LiveHostname => ({
  id: '0d89c70d-ad9f-4843-b99f-6cc0252067e9' as CustomHostnameId,
  zone_id: '0123456789abcdef0123456789abcdef' as ZoneId,
  hostname: 'shop.acme-store.net' as Hostname,
  status: 'active',
  ssl: {
    status: 'active',
    type: 'dv',
    method: 'http',
    wildcard: false,
    bundle_method: 'ubiquitous',
    certificate_authority: 'google',
    settings: { http2: 'on', min_tls_version: '1.2', http3: 'on' },
  },
  ...more,
});
