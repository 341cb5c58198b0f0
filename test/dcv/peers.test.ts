import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import { fetchPage } from '../../src/dcv/fetch-page.ts';
import { exchange } from '../../src/dns/exchange.ts';
import type { NameService } from '../../src/dns/lookup.ts';
import { decodeAnswer, encodeQuery } from '../../src/dns/message.ts';
import { knownNames } from './known-names.ts';
import { unproved, waiting } from './live-hostname.ts';

const WEB = 'web.acme-store.net';
const ADDRESS = { [`${WEB} A`]: ['127.0.0.1'] };
const known = knownNames(ADDRESS);
const byHttp = waiting(WEB, {
  method: 'http',
  validation_records: [{ http_url: `http://${WEB}/token`, http_body: 'token' }],
  dcv_delegation_records: [],
});

describe('nothing that a web server does ends a run', () => {
  const examined = async (answer: RequestListener, names: NameService = knownNames(ADDRESS)) => {
    const web = createServer(answer);
    await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
    const httpPort = (web.address() as AddressInfo).port;
    const doctor = new Doctor({ names, httpPort, allowPrivate: true, pageMs: 500 });
    try {
      const { verdict, who, evidence } = await doctor.examine(byHttp);
      return { verdict, who, note: evidence.find(({ looked_at }) => looked_at === 'http')?.note };
    } finally {
      await doctor.close();
      web.closeAllConnections();
      web.close();
    }
  };
  const late = { verdict: 'cannot_tell', who: 'customer', note: 'cannot be fetched (no answer in time)' };

  it('one that accepts and never answers is seen as just that', async () => {
    expect(await examined(() => {})).toEqual(late);
  });

  it('nor one that sends a byte now and then', async () => {
    const drip: RequestListener = async (_, response) => {
      response.writeHead(200);
      while (!response.destroyed) {
        response.write('t');
        await pause(10);
      }
    };
    expect(await examined(drip)).toEqual(late);
  });

  it('nor one that leads on to a name whose look-up never ends', async () => {
    const names: NameService = {
      ...known,
      lookup: (name, type) => (name === 'slow.acme-store.net' ? new Promise(() => {}) : known.lookup(name, type)),
    };
    const redirect: RequestListener = (_, response) =>
      response.writeHead(302, { location: 'http://slow.acme-store.net/token' }).end();
    expect(await examined(redirect, names)).toEqual({
      ...late,
      who: 'unknown',
      note: expect.stringContaining('no answer in time'),
    });
  });

  it.each<[string, RequestListener]>([
    ['hangs up', (request) => request.socket.destroy()],
    ['speaks no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')],
    ['sends endless headers', (request) => request.socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(200_000)}`)],
    ['breaks off in the middle', (request) => request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ntok')],
    ['leads to nowhere', (_, response) => response.writeHead(302, { location: 'http://[::1' }).end()],
  ])('nor one that %s', async (_name, answer) => {
    expect((await examined(answer)).verdict).toMatch(/^(wrong|cannot_tell)$/);
  });
});

/** Anything that may be thrown: errors with codes of any kind, without message or name, and what is no error at all. */
const thrown = fc.oneof(
  fc.anything(),
  fc.record({ code: fc.anything(), name: fc.anything(), message: fc.anything() }, { requiredKeys: [] }),
  fc.integer().map((code) => Object.assign(new Error(''), { code })),
  fc.constantFrom(new DOMException('late', 'TimeoutError'), new AggregateError([]), undefined, null, Symbol('odd')),
);

describe('an error of any shape from one look', () => {
  it('is this look’s finding, and nobody is told to act for it', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (error) => {
        const names: NameService = { ...known, lookup: () => Promise.reject(error) };
        const doctor = new Doctor({ names, targets: ['customers.saas-platform.net'] });
        for (const live of [byHttp, unproved(WEB), waiting(WEB)]) {
          expect(await doctor.examine(live)).toMatchObject({ verdict: 'cannot_tell', who: 'unknown' });
        }
      }),
    );
  });

  it('of a page is told by its code or name', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (error) => {
        const names: NameService = { ...known, lookup: () => Promise.reject(error) };
        const rules = { mayConnect: () => true, httpPort: 1, httpsPort: 1 };
        const fetched = await fetchPage(names, `http://${WEB}/`, rules);
        expect(fetched).toMatchObject({
          kind: 'unreachable',
          note: expect.stringMatching(/^cannot be fetched \(.+\)$/s),
        });
      }),
    );
  });

  it('leaves what the other looks saw', async () => {
    const known = knownNames({
      [`_acme-challenge.${WEB} TXT`]: ['token'],
      [`${WEB} A`]: ['198.51.100.7'],
    });
    const names: NameService = {
      ...known,
      lookup: async (name, type) => {
        if (type === 'CAA') throw Object.assign(new Error(''), { code: 23 });
        return known.lookup(name, type);
      },
    };
    const { verdict, evidence } = await new Doctor({ names, targets: ['customers.saas-platform.net'] }).examine(
      waiting(WEB),
    );
    const seen = Object.fromEntries(evidence.map((one) => [one.looked_at, one.verdict]));
    expect([verdict, seen]).toEqual([
      'cannot_tell',
      expect.objectContaining({ txt: 'ready', caa: 'cannot_tell', routing: 'points_elsewhere' }),
    ]);
  });
});

describe('a DNS answer', () => {
  const query = { name: 'shop.acme-store.net', type: 'CAA' as const };

  it('of any bytes is read or left', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 8 }),
        (tail, flips) => {
          const { id, bytes } = encodeQuery(query);
          const answer = Buffer.concat([bytes, tail]);
          // An answer to this very question, with records of whatever follows.
          answer[2] = (answer[2] ?? 0) | 0x84;
          answer.writeUInt16BE(1 + (tail.length % 5), 6);
          for (const [at, value] of flips) if (at < answer.length) answer[at] = value;
          expect(() => decodeAnswer(answer, id, query)).not.toThrow();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is not waited for where no way leads to the server', async () => {
    // The system refuses to connect to the broadcast address.
    expect(await exchange({ address: '255.255.255.255', port: 53 }, query, 5_000)).toEqual({
      ok: false,
      reason: 'unreachable',
    });
  });
});
