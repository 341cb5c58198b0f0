import { describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { sweepRow } from '../../src/sweep/sweep-row.ts';
import { type Known, knownNames } from './known-names.ts';
import { unproved, waiting } from './live-hostname.ts';

const HOST = 'shop.acme-store.net';
const TARGET = 'customers.saas-platform.net';
/** Everything is published that the API asks for; where the hostname leads is hidden behind Cloudflare's proxy. */
const PUBLISHED: Known = {
  [`${HOST} A`]: ['104.16.1.1'],
  [`_acme-challenge.${HOST} TXT`]: ['token'],
  [`_cf-custom-hostname.${HOST} TXT`]: ['owner'],
};
const POINTED: Known = { [`${HOST} CNAME`]: [TARGET], [`${TARGET} A`]: ['104.16.9.9'] };

const HELD =
  'The hostname is associated with a held zone. Please contact the owner of this domain to have the hold removed.';
const ON_CLOUDFLARE =
  'The hostname is using Cloudflare and cannot be activated with an TXT or HTTP validation token. To activate the custom hostname, the DNS target needs to point to the SaaS zone.';
const LIMITED = 'The authority has rate limited these domains. Please wait for the rate limit to expire.';

const told = async (
  live: LiveHostname,
  { known = PUBLISHED, authority }: { known?: Known; authority?: string } = {},
) => {
  const finding = await new Doctor({ names: knownNames(known), targets: [TARGET], httpPort: 1 }).examine(
    live,
    authority,
  );
  const row = sweepRow(1, { live, finding, force: false }, { naturalWithinMs: 0, now: 0 });
  return { verdict: finding.verdict, who: finding.who, sweep: row.code ?? row.decision, finding };
};
/** Whose hostname and certificate both wait. */
const pending = (more: Partial<LiveHostname> = {}): LiveHostname => ({
  ...waiting(HOST),
  ...unproved(HOST),
  ssl: { ...waiting(HOST).ssl, type: 'dv', status: 'pending_validation' },
  ...more,
});
const complaining = (text: string, ssl: Partial<LiveHostname['ssl']> = {}): LiveHostname => ({
  ...waiting(HOST),
  ssl: { ...waiting(HOST).ssl, type: 'dv', status: 'pending_validation', validation_errors: [text], ...ssl },
});

describe('the doctor believes what the API says where DNS cannot show it', () => {
  it('sends what the API does not complain about', async () => {
    expect(await told(pending())).toMatchObject({ verdict: 'ready', who: 'cloudflare', sweep: 'recheck' });
  });

  it('counts no token where the domain is on Cloudflare itself, only where the hostname points', async () => {
    const live = pending({ verification_errors: [ON_CLOUDFLARE] });
    const { finding, ...sum } = await told(live);
    expect(sum).toEqual({ verdict: 'points_elsewhere', who: 'customer', sweep: 'SWEEP_POINTS_ELSEWHERE' });
    expect(finding.evidence.map(({ looked_at }) => looked_at)).not.toContain('ownership_txt');
    expect(finding.evidence.find(({ looked_at }) => looked_at === 'api')?.note).toContain('must point at the target');
    expect(await told(live, { known: { ...PUBLISHED, ...POINTED } })).toMatchObject({
      verdict: 'ready',
      sweep: 'recheck',
    });
  });

  it.each([
    ['under a hold', pending({ verification_errors: [HELD] }), 'owner'],
    ['blocked by a hold', pending({ status: 'blocked', verification_errors: [HELD] }), 'owner'],
    ['blocked without a word', pending({ status: 'blocked' }), 'operator'],
    [
      'without a fallback origin',
      pending({ verification_errors: ['Zone does not have a fallback origin set.'] }),
      'operator',
    ],
  ] as const)('sends none that is %s, wherever it points', async (_, live, who) => {
    for (const known of [PUBLISHED, { ...PUBLISHED, ...POINTED }]) {
      expect(await told(live, { known })).toMatchObject({ verdict: 'barred', who, sweep: 'SWEEP_BARRED' });
    }
  });

  it('sends none that its authority refuses, until the limit is over or the authority is another one', async () => {
    const refused = { verdict: 'refused', who: 'authority', sweep: 'SWEEP_REFUSED' };
    expect(await told(complaining(LIMITED))).toMatchObject(refused);
    expect(await told(complaining('The authority will not issue for this domain.'))).toMatchObject(refused);
    expect(await told(complaining(LIMITED), { authority: 'ssl_com' })).toMatchObject({ verdict: 'ready' });
    const spent = complaining(LIMITED, { status: 'validation_timed_out' });
    expect(await told(spent, { known: { ...PUBLISHED, ...POINTED } })).toMatchObject({ sweep: 'recheck' });
  });

  it('takes a complaint for old where DNS shows that its cause is gone, or the hostname is proved', async () => {
    for (const text of [
      'CAA records block issuance.',
      `SERVFAIL looking up CAA for fallback.${HOST}`,
      'something new',
    ]) {
      expect(await told(complaining(text))).toMatchObject({ verdict: 'ready', sweep: 'recheck' });
    }
    expect(await told({ ...waiting(HOST), verification_errors: [ON_CLOUDFLARE, HELD] })).toMatchObject({
      verdict: 'ready',
    });
  });

  it('judges CAA for the authority that the hostname will have', async () => {
    const known = { ...PUBLISHED, 'acme-store.net CAA': ['issue letsencrypt.org'] };
    expect(await told(pending(), { known })).toMatchObject({ verdict: 'caa_blocked', who: 'customer' });
    expect(await told(pending(), { known, authority: 'lets_encrypt' })).toMatchObject({ verdict: 'ready' });
    const serving = { ...waiting(HOST, { status: 'active', certificate_authority: 'lets_encrypt' }) };
    expect(await told(serving, { known: { ...known, ...POINTED }, authority: 'google' })).toMatchObject({
      verdict: 'caa_blocked',
    });
  });
});
