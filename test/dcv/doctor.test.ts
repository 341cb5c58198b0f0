import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { dnsProgramsFor } from '../support/servers/found-dns.ts';
import { type DnsWorld, startDnsWorld } from './dns-world.ts';
import { DELEGATION, unproved, waiting } from './live-hostname.ts';

const programs = dnsProgramsFor('the doctor against real name servers');

const elsewhere = '198.51.100.7';
const ZONES = {
  'acme-store.net': `
txt A ${elsewhere}
_acme-challenge.txt TXT "an old value"
_acme-challenge.txt TXT "token"
half A ${elsewhere}
_acme-challenge.half TXT "token"
stale A ${elsewhere}
_acme-challenge.stale TXT "an old value"
bare A ${elsewhere}
delegated A ${elsewhere}
_acme-challenge.delegated CNAME delegated.acme-store.net.${DELEGATION}.
misled A ${elsewhere}
_acme-challenge.misled CNAME misled.acme-store.net.fedcba9876543210.dcv.cloudflare.com.
routed CNAME customers.saas-platform.net.
flat A 127.0.0.80
mixed A 127.0.0.80
mixed A ${elsewhere}
proxied A 104.16.1.1
owned A ${elsewhere}
_cf-custom-hostname.owned TXT "owner"
dangling CNAME nowhere.acme-store.net.
*.wild CNAME customers.saas-platform.net.
`,
  'caa-store.net': `
@ CAA 0 issue "letsencrypt.org"
@ CAA 0 issuewild ";"
shop CNAME customers.saas-platform.net.
closed CAA 0 issue ";"
closed CNAME customers.saas-platform.net.
`.replace('closed CNAME customers.saas-platform.net.', 'closed A 127.0.0.80'),
};

describe.runIf(programs)('the doctor, asking the authoritative servers of a tree of its own', () => {
  let world: DnsWorld;
  let doctor: Doctor;
  beforeAll(async () => {
    if (programs === undefined) return;
    world = await startDnsWorld(programs, ZONES);
    doctor = new Doctor({
      roots: [world.root],
      allowPrivate: true,
      targets: ['customers.saas-platform.net'],
      httpPort: 1,
    });
  });
  afterAll(async () => {
    await doctor?.close();
    await world?.close();
  });
  const told = async (live: LiveHostname, about?: string) => {
    const { verdict, who, evidence } = await doctor.examine(live);
    return { verdict, who, evidence: evidence.find(({ looked_at }) => looked_at === about) };
  };

  it('finds all values published, whatever stale ones stand beside them', async () => {
    expect(await told(waiting('txt.acme-store.net'), 'txt')).toMatchObject({
      verdict: 'ready',
      who: 'cloudflare',
      evidence: { expected: ['token'], note: 'published, beside 1 other values that do no harm' },
    });
  });

  it('misses the one of two values of a wildcard that is not there', async () => {
    const records = ['token', 'second'].map((txt_value) => ({
      txt_name: '_acme-challenge.half.acme-store.net',
      txt_value,
    }));
    const live = waiting('*.half.acme-store.net', { wildcard: true, validation_records: records });
    expect(await told(live, 'txt')).toMatchObject({
      verdict: 'missing',
      who: 'customer',
      evidence: { expected: ['token', 'second'], found: ['token'], note: '1 of 2 values are missing' },
    });
  });

  it('shows both what is there and what should be', async () => {
    expect(await told(waiting('stale.acme-store.net'), 'txt')).toMatchObject({
      verdict: 'wrong',
      who: 'customer',
      evidence: { expected: ['token'], found: ['an old value'] },
    });
    expect(await told(waiting('stale.acme-store.net'), 'delegation')).toMatchObject({
      evidence: { verdict: 'wrong', found: ['TXT an old value'] },
    });
  });

  it('says where nothing is published', async () => {
    expect(await told(waiting('bare.acme-store.net'), 'txt')).toMatchObject({
      verdict: 'missing',
      who: 'customer',
      evidence: { found: [] },
    });
  });

  it('is content with a delegation to this zone, and not with one to another zone', async () => {
    expect(await told(waiting('delegated.acme-store.net'), 'delegation')).toMatchObject({ verdict: 'ready' });
    expect(await told(waiting('misled.acme-store.net'), 'delegation')).toMatchObject({
      verdict: 'wrong',
      evidence: {
        expected: [`misled.acme-store.net.${DELEGATION}`],
        found: ['misled.acme-store.net.fedcba9876543210.dcv.cloudflare.com'],
      },
    });
  });

  it('knows that spent tokens help nobody, and that a delegation outlives them', async () => {
    const timedOut = { status: 'validation_timed_out' };
    expect(await told(waiting('txt.acme-store.net', timedOut))).toMatchObject({ verdict: 'missing', who: 'operator' });
    expect(await told(waiting('delegated.acme-store.net', timedOut))).toMatchObject({
      verdict: 'ready',
      who: 'operator',
    });
  });

  it('finds the target by CNAME, by address, and behind a wildcard', async () => {
    for (const host of ['routed.acme-store.net', 'flat.acme-store.net', '*.wild.acme-store.net']) {
      expect([host, await told(unproved(host), 'routing')]).toMatchObject([
        host,
        { verdict: 'ready', evidence: { verdict: 'ready' } },
      ]);
    }
  });

  it('leaves HTTP validation of a hostname that points at the target to Cloudflare, but never for a wildcard', async () => {
    const http = {
      method: 'http',
      validation_records: [{ http_url: 'http://routed.acme-store.net/t', http_body: 't' }],
    };
    expect(await told(waiting('routed.acme-store.net', http))).toMatchObject({ verdict: 'ready' });
    expect(await told(waiting('routed.acme-store.net', { wildcard: true }))).toMatchObject({ verdict: 'missing' });
  });

  it('tells a hostname that points elsewhere, wholly or in part, from one that hides where it points', async () => {
    expect(await told(unproved('bare.acme-store.net'), 'routing')).toMatchObject({
      verdict: 'points_elsewhere',
      who: 'customer',
      evidence: { expected: ['customers.saas-platform.net'], found: [elsewhere] },
    });
    expect(await told(unproved('dangling.acme-store.net'))).toMatchObject({ verdict: 'points_elsewhere' });
    expect(await told(unproved('mixed.acme-store.net'), 'routing')).toMatchObject({ verdict: 'wrong' });
    expect(await told(unproved('proxied.acme-store.net'), 'routing')).toMatchObject({ verdict: 'cannot_tell' });
    expect(await told(unproved('nobody.acme-store.net'), 'routing')).toMatchObject({ verdict: 'missing' });
  });

  it('takes the ownership token where the hostname still points elsewhere', async () => {
    expect(await told(unproved('owned.acme-store.net'), 'ownership_txt')).toMatchObject({ verdict: 'ready' });
  });

  it('climbs to the CAA records that hold, for the authority of the row', async () => {
    const google = waiting('shop.caa-store.net');
    expect(await told(google, 'caa')).toMatchObject({
      verdict: 'caa_blocked',
      who: 'customer',
      evidence: {
        name: 'caa-store.net',
        expected: ['pki.goog'],
        found: ['0 issue "letsencrypt.org"', '0 issuewild ";"'],
      },
    });
    expect(await told(waiting('shop.caa-store.net', { certificate_authority: 'lets_encrypt' }))).toMatchObject({
      verdict: 'ready',
    });
    const wild = waiting('*.shop.caa-store.net', { certificate_authority: 'lets_encrypt', wildcard: true });
    expect(await told(wild)).toMatchObject({ verdict: 'caa_blocked' });
    expect(await told(waiting('closed.caa-store.net', { certificate_authority: 'lets_encrypt' }))).toMatchObject({
      verdict: 'caa_blocked',
    });
  });

  it('finds what breaks DNSSEC without a validating resolver', async () => {
    expect(await told(waiting('shop.signed-store.net'))).toMatchObject({ verdict: 'ready' });
    expect(await told(waiting('shop.expired-store.net'), 'dnssec')).toMatchObject({
      verdict: 'wrong',
      who: 'customer',
      evidence: { note: 'no signature over the keys of expired-store.net is in force' },
    });
    expect(await told(waiting('shop.moved-store.net'), 'dnssec')).toMatchObject({
      verdict: 'wrong',
      evidence: { note: 'the parent of moved-store.net says it is signed, but it has no keys' },
    });
  });

  it('calls a domain gone only on the word of its parent', async () => {
    expect(await told(waiting('shop.gone-store.net'), 'domain')).toMatchObject({
      verdict: 'domain_gone',
      who: 'customer',
      evidence: { name: 'gone-store.net' },
    });
  });

  it('tells servers that do not serve, fail or are silent, and never calls the domain gone for it', async () => {
    expect(await told(waiting('shop.lame-store.net'), 'domain')).toMatchObject({
      verdict: 'wrong',
      who: 'customer',
      evidence: { note: 'the name servers that the parent names for lame-store.net do not serve it' },
    });
    expect(await told(waiting('shop.failing-store.net'), 'txt')).toMatchObject({
      verdict: 'cannot_tell',
      who: 'customer',
      evidence: { note: 'the name servers of failing-store.net answer SERVFAIL' },
    });
    expect(await told(waiting('shop.silent-store.net'), 'txt')).toMatchObject({
      verdict: 'cannot_tell',
      who: 'customer',
      evidence: { note: 'no name server of silent-store.net answers' },
    });
  });

  it('does not speak to name servers on this machine unless it is let', async () => {
    const careful = new Doctor({ roots: [world.root], targets: ['customers.saas-platform.net'] });
    expect(await careful.examine(waiting('txt.acme-store.net'))).toMatchObject({
      verdict: expect.not.stringMatching('ready'),
    });
  });

  it('says that it cannot tell, nor who must act, where nothing can be reached from here', async () => {
    const cutOff = new Doctor({
      roots: [`127.0.0.9:${world.port}`],
      allowPrivate: true,
      targets: ['customers.saas-platform.net'],
    });
    expect(await cutOff.examine(waiting('shop.gone-store.net'))).toMatchObject({
      verdict: 'cannot_tell',
      who: 'unknown',
    });
    await expect(cutOff.probe()).rejects.toMatchObject({ code: 'DNS_UNREACHABLE' });
    await expect(doctor.probe()).resolves.toBeUndefined();
  });
});
