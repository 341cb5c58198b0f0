import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrub } from '../../src/cloudflare/failure.ts';
import { AT, answering, bad, good, rawServer, TOKEN, wireHostname, ZONE } from './raw-server.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqSECRET\n-----END PRIVATE KEY-----\n';

describe('no secret survives an answer', () => {
  it('that shows the private key of an uploaded certificate', async () => {
    const ssl = { status: 'active', uploaded_on: '2026-01-01T00:00:00Z', custom_key: KEY, custom_certificate: KEY };
    const bundle = [{ custom_key: KEY, custom_certificate: KEY }];
    const hostname = wireHostname({ ssl: { ...ssl, custom_cert_bundle: bundle }, custom_key: KEY });
    for (const result of [hostname, [hostname]]) {
      const { client } = await rawServer(answering(200, good(result)));
      const answer = Array.isArray(result) ? await client.listHostnames(ZONE, 1, 50) : await client.getHostname(AT);
      expect(answer.ok).toBe(true);
      expect(JSON.stringify(answer)).not.toContain('SECRET');
      expect(JSON.stringify(answer)).toContain('"uploaded":true');
    }
  });

  it.each([
    ['the token', `Bearer ${TOKEN} may not do this`, TOKEN],
    ['a key', `cannot parse ${KEY}`, 'SECRET'],
    ['a key with its line breaks escaped', `cannot parse ${JSON.stringify(KEY)}`, 'SECRET'],
    ['a key that is cut off', `cannot parse ${KEY.slice(0, 60)}`, 'SECRET'],
    ['a key whose beginning is cut off', `…${KEY.slice(30)}`, 'SECRET'],
    ['two keys', `${KEY} and ${KEY}`, 'SECRET'],
  ])('whose error message repeats %s', async (_name, message, secret) => {
    for (const status of [400, 403, 500]) {
      const { client } = await rawServer(answering(status, bad({ code: 1428, message })));
      const answer = await client.editHostname(AT, {});
      expect(answer.ok).toBe(false);
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
  });

  it('with the global key', async () => {
    const key = 'c'.repeat(37);
    const credential = { kind: 'key', email: 'ops@acme-store.net', key } as const;
    const { client } = await rawServer(answering(400, bad({ code: 6003, message: `Invalid ${key}` })), { credential });
    expect(JSON.stringify(await client.getHostname(AT))).not.toContain(key);
  });

  it('that is made of any characters a header can carry', () => {
    const secret = fc.stringMatching(/^[\x21-\x7e]{20,60}$/);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
        expect(scrub(`${before}${key}${after}`, [key])).not.toContain(key);
      }),
    );
  });

  it('whatever stands around it, and the text stays short and printable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(3), (before, after, times) => {
        const clean = scrub(`${before}${TOKEN.repeat(times)}${KEY}${after}`, [TOKEN]);
        expect(clean).not.toContain(TOKEN);
        expect(clean).not.toContain('SECRET');
        expect(clean).not.toMatch(/\p{Cc}/u);
        expect(clean.length).toBeLessThanOrEqual(501);
      }),
    );
  });
});
