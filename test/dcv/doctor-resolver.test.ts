import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import { dnsProgramsFor } from '../support/servers/found-dns.ts';
import { startUnbound, type UnboundServer } from '../support/servers/unbound-server.ts';
import { type DnsWorld, startDnsWorld } from './dns-world.ts';
import { DELEGATION, waiting } from './live-hostname.ts';

const programs = dnsProgramsFor('the doctor behind a validating resolver');

const ZONES = {
  'acme-store.net': `
txt A 198.51.100.7
_acme-challenge.txt TXT "token"
delegated A 198.51.100.7
_acme-challenge.delegated CNAME delegated.acme-store.net.${DELEGATION}.
`,
};

describe.runIf(programs)('the doctor, asking a validating resolver', () => {
  let world: DnsWorld;
  let unbound: UnboundServer;
  let doctor: Doctor;
  beforeAll(async () => {
    if (programs === undefined) return;
    world = await startDnsWorld(programs, ZONES);
    unbound = await startUnbound(programs, world);
    doctor = new Doctor({ resolvers: [unbound.at], targets: ['customers.saas-platform.net'] });
  });
  afterAll(async () => {
    await unbound?.remove();
    await world?.close();
  });

  it('finds what is published, and follows a delegation', async () => {
    expect(await doctor.examine(waiting('txt.acme-store.net'))).toMatchObject({ verdict: 'ready' });
    expect(await doctor.examine(waiting('delegated.acme-store.net'))).toMatchObject({ verdict: 'ready' });
    expect(await doctor.examine(waiting('shop.signed-store.net'))).toMatchObject({ verdict: 'ready' });
  });

  it.each(['expired-store.net', 'moved-store.net'])(
    'knows bogus signatures from a failing server (%s)',
    async (domain) => {
      const { verdict, who, evidence } = await doctor.examine(waiting(`shop.${domain}`));
      expect({ verdict, who }).toEqual({ verdict: 'wrong', who: 'customer' });
      expect(evidence.find(({ looked_at }) => looked_at === 'dnssec')?.note).toMatch(
        /^the DNSSEC signatures on the way/,
      );
    },
  );

  it('calls a domain gone, and a failing one not', async () => {
    expect(await doctor.examine(waiting('shop.gone-store.net'))).toMatchObject({ verdict: 'domain_gone' });
    expect(await doctor.examine(waiting('shop.failing-store.net'))).toMatchObject({
      verdict: 'cannot_tell',
      who: 'customer',
    });
  });

  it('never takes its resolver’s outage for a dead domain', async () => {
    const gone = waiting('shop.long-gone-store.net');
    const nobody = new Doctor({ resolvers: ['127.0.0.1:9'] });
    expect(await nobody.examine(gone)).toMatchObject({ verdict: 'cannot_tell', who: 'unknown' });
    await expect(nobody.probe()).rejects.toThrow(/^127\.0\.0\.1:9 cannot be reached.*--resolver\.$/);
    await world.topLevel.stop();
    const cutOff = new Doctor({ resolvers: [unbound.at] });
    const { verdict } = await cutOff.examine(gone);
    await world.topLevel.start();
    expect(verdict).toBe('cannot_tell');
  });
});
