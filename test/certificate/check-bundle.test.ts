import { describe, expect, it } from 'vitest';
import type { CertificatePair } from '../../src/certificate/bundle.ts';
import { checkBundle } from '../../src/certificate/check-bundle.ts';
import { checkPair, type PairText } from '../../src/certificate/check-pair.ts';
import { type CertificateWish, makeCertificate } from '../../src/sandbox/make-certificate.ts';

const authority = makeCertificate({ hosts: ['Acme Root'], isAuthority: true });
const pairOf = (text: PairText): CertificatePair => {
  const { pair } = checkPair(text, { now: Date.now(), minDays: 14 });
  if (pair === undefined) throw new Error('The pair is not good.');
  return pair;
};
const made = (wish: Partial<CertificateWish> = {}) =>
  pairOf(makeCertificate({ hosts: ['shop.acme-store.net'], signer: authority, ...wish }));
const [rsa, ecdsa] = [made({ keyType: 'rsa' }), made()];

describe('a bundle', () => {
  it('is one pair, or one RSA and one ECDSA, in any order', () => {
    for (const pairs of [[rsa], [ecdsa], [rsa, ecdsa], [ecdsa, rsa]]) {
      const { bundle, ref, problems } = checkBundle('shop', pairs);
      expect(problems).toEqual([]);
      expect(bundle?.pairs).toEqual(pairs);
      expect(ref).toMatchObject({ name: 'shop', certificates: pairs.map(({ facts }) => facts) });
    }
  });

  it('is known by an id that holds nothing of it, the same for the same certificates', () => {
    const idOf = (pairs: CertificatePair[]) => checkBundle('shop', pairs).ref?.id;
    expect(idOf([rsa, ecdsa])).toMatch(/^[0-9a-f]{24}$/);
    expect(idOf([rsa, ecdsa])).toBe(checkBundle('other name', [rsa, ecdsa]).ref?.id);
    expect(new Set([idOf([rsa]), idOf([ecdsa]), idOf([rsa, ecdsa])]).size).toBe(3);
    expect(JSON.stringify(checkBundle('shop', [rsa]).ref)).not.toContain('PRIVATE');
  });

  it.each([
    ['CERTIFICATE_BUNDLE_SIZE', []],
    ['CERTIFICATE_BUNDLE_SIZE', [rsa, ecdsa, rsa]],
    ['CERTIFICATE_BUNDLE_TYPES', [rsa, made({ keyType: 'rsa' })]],
    ['CERTIFICATE_BUNDLE_TYPES', [ecdsa, made()]],
    ['CERTIFICATE_BUNDLE_CSR', [rsa, pairOf({ certificate: ecdsa.certificate, csr_id: 'csr' })]],
  ])('is refused with %s', (code, pairs) => {
    const { bundle, problems } = checkBundle('shop', pairs);
    expect([bundle, problems.map((each) => each.code)]).toEqual([undefined, [code]]);
  });

  it('is warned about when its certificates are for different names', () => {
    const wider = made({ hosts: ['shop.acme-store.net', 'www.acme-store.net'] });
    const { bundle, problems } = checkBundle('shop', [rsa, wider]);
    expect(bundle).toBeDefined();
    expect(problems).toMatchObject([{ code: 'CERTIFICATE_BUNDLE_NAMES', severity: 'warning' }]);
    expect(problems[0]?.message).toContain('www.acme-store.net');
  });
});
