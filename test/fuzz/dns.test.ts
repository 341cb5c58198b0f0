import packet, { type Answer } from 'dns-packet';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAnswer, type Query } from '../../src/dns/message.ts';
import { readReply } from '../../src/dns/read-reply.ts';
import { damaged, fuzzing } from './fuzz.ts';

const name = fc.constantFrom('_acme-challenge.shop.example', 'shop.example', 'example', 'other.test', '.');
const record = fc.oneof(
  fc.record({
    type: fc.constant('TXT' as const),
    name,
    data: fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constantFrom('CNAME' as const, 'NS' as const), name, data: name }),
  fc.record({ type: fc.constant('A' as const), name, data: fc.ipV4() }),
  fc.record({
    type: fc.constant('CAA' as const),
    name,
    data: fc.record({
      flags: fc.nat(255),
      tag: fc.constantFrom('issue', 'iodef', 'x'),
      value: fc.string({ maxLength: 9 }),
    }),
  }),
);
const records = fc.array(record, { maxLength: 4 }).map((all) => all as Answer[]);

const QUERY: Query = { name: '_acme-challenge.shop.example', type: 'TXT' };
const ID = 4711;

const honest = fc.tuple(fc.nat(0xffff), records, records, records).map(([flags, answers, authorities, additionals]) =>
  packet.encode({
    type: 'response',
    id: ID,
    flags,
    questions: [{ name: QUERY.name, type: 'TXT', class: 'IN' }],
    answers,
    authorities,
    additionals,
  }),
);

it('a DNS message of any bytes is read or refused, and speaks for nothing outside its zone', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        damaged(honest),
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        const message = decodeAnswer(bytes, ID, QUERY);
        if (message === undefined) return;
        const reply = readReply(message, 'shop.example', QUERY.name, QUERY.type);
        if (reply.kind === 'found') for (const { name: owner } of reply.records) expect(owner).toBe(QUERY.name);
        if (reply.kind === 'delegation') expect(`.${reply.cut.name}`.endsWith('.shop.example')).toBe(true);
      },
    ),
    fuzzing(5),
  );
});
