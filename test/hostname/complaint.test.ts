import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLED_ON, type Complaint, complaintIn } from '../../src/hostname/complaint.ts';

// Cloudflare's words, from its troubleshooting and error-code pages and from public reports.
const COMPLAINTS: readonly [Complaint, string][] = [
  [
    'zone_hold',
    'The hostname is associated with a held zone. Please contact the owner of this domain to have the hold removed.',
  ],
  [
    'domain_on_cloudflare',
    'The hostname is using Cloudflare and cannot be activated with an TXT or HTTP validation token. To activate the custom hostname, the DNS target needs to point to the SaaS zone',
  ],
  ['fallback_origin', 'Zone does not have a fallback origin set.'],
  [
    'fallback_origin',
    'Fallback origin is in a status of `initializing`, `pending_deployment`, `pending_deletion`, or `deleted`.',
  ],
  ['not_pointed', 'custom hostname does not CNAME to this zone.'],
  [
    'not_pointed',
    'None of the A or AAAA records are owned by this account and the pre-generated ownership validation token was not found.',
  ],
  ['not_pointed', 'This account and the pre-generated ownership validation token was not found.'],
  ['caa', 'CAA records block issuance. Please remove all CAA records or add records for this authority'],
  ['caa', 'caa_error'],
  [
    'dns',
    'Certificate authority encountered a multiple perspective CAA check error, please ensure your DNS is configured to allow CAA queries',
  ],
  [
    'dns',
    'the Certificate Authority had trouble performing a DNS lookup: SERVFAIL looking up CAA for shop.acme-store.net',
  ],
  ['dns', 'DNS problem: looking up CAA for acme-store.net: DNSSEC: Bogus'],
  ['dns', 'SERVFAIL looking up CAA for fallback.acme-store.net'],
  ['dns', 'SERVFAIL looking up TXT for _acme-challenge.held.acme-store.net'],
  [
    'rate_limit',
    'The authority has rate limited these domains. Please wait for the rate limit to expire or try another authority.',
  ],
  ['authority_error', 'Internal error with Certificate Authority. Please check later'],
  ['authority_refuses', 'The certificate authority will not issue for this domain (www.caa-store.net)'],
  ['authority_refuses', 'potential risk: google_safe_browsing'],
  ['other', 'a complaint of next year'],
];

describe('a complaint of the API', () => {
  it.each(COMPLAINTS)('is about %s: %s', (about, text) => expect(complaintIn(text)).toBe(about));

  it('is about the same whatever hosts and URLs it names, and however these are called', () => {
    const word = fc.constantFrom(
      'fallback',
      'held',
      'caa',
      'servfail',
      'dnssec',
      'internal',
      'cname',
      'rate-limit',
      '_mpic',
      'blocked',
    );
    const host = fc
      .tuple(
        fc.constantFrom('', '*.', 'https://', 'http://'),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', '.', '/held/fallback', ':53', '.,'),
      )
      .map(([before, labels, behind]) => `${before}${labels.join('.')}.acme-store.net${behind}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...COMPLAINTS),
        fc.array(host, { maxLength: 3 }),
        fc.boolean(),
        ([about, text], hosts, first) => {
          const named = first ? [...hosts, text] : [text, ...hosts];
          expect(complaintIn(named.join(' '))).toBe(about);
        },
      ),
    );
  });

  it('calls on the owner of the domain for a hold, and on the operator only for what is the zone’s', () => {
    expect([CALLED_ON.zone_hold, CALLED_ON.fallback_origin, CALLED_ON.domain_on_cloudflare]).toEqual([
      'owner',
      'operator',
      'customer',
    ]);
  });
});
