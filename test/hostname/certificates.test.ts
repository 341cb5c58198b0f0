import { describe, expect, it } from 'vitest';
import type { BundleRef, CertificateFacts } from '../../src/certificate/bundle.ts';
import { bundleCertificates, certificateVerdict, compareCertificates } from '../../src/hostname/certificates.ts';
import { decide } from '../../src/hostname/decide.ts';
import type { LiveCertificate, LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import { shop } from './generate.ts';

const facts = (serial: string, more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  ...{ serial_number: serial, fingerprint_sha256: `f${serial}`, issuer: 'Acme', not_before: '2026-10-01T00:00:00Z' },
  ...{ expires_on: `2027-01-0${serial}T00:00:00Z`, key_type: 'rsa', key_size: 2048, signature: 'SHA256WithRSA' },
  ...{ hosts: ['shop.acme-store.net', '*.shop.acme-store.net'], ...more },
});
const RSA = facts('1');
const ECDSA = facts('2', { key_type: 'ecdsa', signature: 'ECDSAWithSHA256' });
const ref = (...certificates: CertificateFacts[]): BundleRef => ({ id: 'b', name: 'acme', certificates });
const shown = ({ serial_number, fingerprint_sha256, expires_on, signature }: CertificateFacts): LiveCertificate => ({
  ...{ serial_number, fingerprint_sha256, expires_on, signature },
});
const serving = (ssl: Partial<LiveSsl>, more: Partial<LiveHostname> = {}): LiveHostname =>
  shop({ status: 'active', ...more, ssl: { ...shop().ssl, status: 'active', uploaded: true, ...ssl } });
const body = (bundle: BundleRef) => ({ ssl: { certificates: bundleCertificates(bundle) } });
const decided = (
  bundle: BundleRef,
  live: LiveHostname,
  { resend = false, ...more }: { resend?: boolean; wasSent?: boolean; allowNarrower?: boolean } = {},
) => decide({ ssl: { bundle }, ...(resend && { resend }) }, live, { untyped: false, existsElsewhere: false, ...more });

describe('what is served is', () => {
  const other = facts('9');
  it.each<[string, Partial<LiveSsl>, string, string]>([
    ['the new one by fingerprint', { certificates: [shown(RSA)] }, 'new', 'new'],
    ['the new one by serial number', { serial_number: '1', expires_on: RSA.expires_on }, 'new', 'new'],
    ['not shown without both', { issuer: 'Acme' }, 'not_shown', 'not_shown'],
    ['not shown by an end alone, which a reissue keeps', { expires_on: RSA.expires_on }, 'not_shown', 'not_shown'],
    ['another where the end is another', { expires_on: '2028-01-01T00:00:00Z' }, 'another', 'not_shown'],
    ['another', { certificates: [shown(other)] }, 'another', 'not_shown'],
    ['another with half of the old pack', { certificates: [shown(RSA), shown(other)] }, 'another', 'not_shown'],
    [
      'not shown while it is deployed',
      { status: 'pending_deployment', certificates: [shown(RSA)] },
      'not_shown',
      'not_shown',
    ],
    [
      'not shown before it is deployed',
      { status: 'pending_deployment', certificates: [shown(other)] },
      'not_shown',
      'not_shown',
    ],
  ])('%s', (_, ssl, read, answered) => {
    const live = serving(ssl);
    expect([certificateVerdict(live, body(ref(RSA)), false), certificateVerdict(live, body(ref(RSA)), true)]).toEqual([
      ...[read, answered],
    ]);
  });

  it('compared without a guess', () => {
    const wanted = bundleCertificates(ref(RSA, ECDSA));
    expect(compareCertificates([], wanted)).toBe('unknown');
    expect(compareCertificates(undefined, wanted)).toBe('unknown');
    expect(compareCertificates([{ ...shown(RSA) }], wanted)).toBe('partly');
    expect(compareCertificates([{ ...shown(ECDSA) }, { ...shown(RSA) }], wanted)).toBe('same');
    expect(compareCertificates([{ serial_number: '01' }], wanted)).toBe('partly');
  });
});

describe('a bundle', () => {
  it('is not sent again for nothing but that the API shows nothing', () => {
    expect(decided(ref(RSA), serving({}), { wasSent: true })).toMatchObject({ code: 'CERTIFICATE_SENT_BEFORE' });
    expect(decided(ref(RSA), serving({}))).toMatchObject({ decision: 'edit' });
    expect(decided(ref(RSA), serving({}), { wasSent: true, resend: true })).toMatchObject({ decision: 'edit' });
  });

  it('that is served is sent again where its chain is to be another', () => {
    const live = serving({ certificates: [shown(RSA)] });
    expect(decided(ref(RSA), live)).toMatchObject({ code: 'ALREADY_SO' });
    const again = decided(ref(RSA), live, { resend: true });
    expect(again).toMatchObject({
      decision: 'edit',
      body: body(ref(RSA)),
      effects: ['restarts_dcv', 'replaces_certificate'],
    });
    expect(again).not.toHaveProperty('body.ssl.certificate_authority');
  });

  it('must have the wildcard of a hostname that serves its subdomains', () => {
    const narrow = ref(facts('1', { hosts: ['shop.acme-store.net'] }));
    const wide = serving({ wildcard: true, method: 'txt' });
    expect(decided(narrow, wide)).toMatchObject({ decision: 'reject', code: 'CERTIFICATE_NARROWER' });
    expect(decided(narrow, wide, { allowNarrower: true })).toMatchObject({ decision: 'edit' });
    expect(decided(ref(RSA), wide)).toMatchObject({ decision: 'edit' });
    expect(decided(narrow, serving({ wildcard: false }))).toMatchObject({ decision: 'edit' });
  });

  it.each([
    ['RSA', RSA, 'drops_ecdsa'],
    ['ECDSA', ECDSA, 'drops_rsa'],
  ])('of %s alone says what it drops of a pack of two', (_, one, effect) => {
    const pack = serving({ certificates: [shown(facts('7')), shown(facts('8', { signature: 'ECDSAWithSHA256' }))] });
    expect(decided(ref(one), pack)).toMatchObject({ effects: expect.arrayContaining([effect]) });
    expect(decided(ref(RSA, ECDSA), pack)).toMatchObject({ effects: ['restarts_dcv', 'replaces_certificate'] });
  });
});
