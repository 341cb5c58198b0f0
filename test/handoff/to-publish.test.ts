import { describe, expect, it, onTestFinished } from 'vitest';
import { foldBatch } from '../../src/batch/ledger/batch-fold.ts';
import { RowDetails } from '../../src/batch/ledger/row-details.ts';
import { handOffOfLive, handOffsOfBatch } from '../../src/handoff/hand-off.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { batchFolder, finished, hostnameOf, outcome, planRow, settled, started } from '../batch/ledger/batch-folder.ts';
import { shop } from '../hostname/generate.ts';
import { handedOff, NOW, waitingLive } from './hand-offs.ts';

const NAME = 'shop.acme-store.net';
const DELEGATION = [{ cname: `_acme-challenge.${NAME}`, cname_target: `${NAME}.0123.dcv.cloudflare.com` }];
const HTTP = [{ http_url: `http://${NAME}/.well-known/acme-challenge/a`, http_body: 'a.b' }];
const asked = (live: LiveHostname): string[] =>
  handedOff(live).records.map(({ purpose, type, value }) => `${purpose} ${type} ${value}`);
const OWNER = `ownership TXT owner of ${NAME}`;

it('nothing is handed off of a hostname that is deleted, live or in a batch', async () => {
  expect(handOffOfLive(waitingLive(NAME, {}, { status: 'deleted' }), { now: NOW })).toBeUndefined();
  const waiting = { settlement: 'pending', status: 'pending', ssl_status: 'pending_validation' } as const;
  const gone = { settlement: 'errored', status: 'deleted', ssl_status: 'pending_validation' } as const;
  const rows = [
    { row: 1, ...waiting },
    { row: 2, ...gone },
  ];
  const ledger = [started(), outcome(1), outcome(2), settled(rows), finished()];
  const fold = await foldBatch(await batchFolder({ plan: [planRow(1), planRow(2)], ledger }));
  const details = new RowDetails(fold);
  onTestFinished(() => details.close());
  const names: string[] = [];
  for await (const { hostname } of handOffsOfBatch(fold, details, { now: NOW })) names.push(hostname);
  expect(names).toEqual([hostnameOf(1)]);
});

describe('what is to be published', () => {
  it('is every token, a wildcard has two of them, and one proof of ownership', () => {
    const records = ['one', 'two'].map((txt_value) => ({ txt_name: `_acme-challenge.${NAME}`, txt_value }));
    const live = waitingLive(NAME, { wildcard: true, validation_records: records });
    expect(asked(live)).toEqual(['certificate TXT one', 'certificate TXT two', OWNER]);
  });

  it('is the delegation CNAME in place of tokens where the API offers one', () => {
    expect(asked(waitingLive(NAME, { dcv_delegation_records: DELEGATION }))).toEqual([
      `delegation CNAME ${NAME}.0123.dcv.cloudflare.com`,
      OWNER,
    ]);
  });

  it('is the file where validation is by HTTP, which no delegation can answer', () => {
    const live = waitingLive(NAME, { method: 'http', validation_records: HTTP, dcv_delegation_records: DELEGATION });
    expect(asked(live)).toEqual(['certificate HTTP a.b', OWNER]);
  });

  it('leaves out tokens that have timed out, but not the delegation, which lasts', () => {
    expect(asked(waitingLive(NAME, { status: 'validation_timed_out' }))).toEqual([OWNER]);
    const delegated = waitingLive(NAME, { status: 'validation_timed_out', dcv_delegation_records: DELEGATION });
    expect(asked(delegated)[0]).toContain('delegation CNAME');
  });

  it('asks for nothing that is done: a proved certificate, a proved hostname', () => {
    expect(asked(waitingLive(NAME, { status: 'pending_issuance' }))).toEqual([OWNER]);
    expect(asked(waitingLive(NAME, {}, { status: 'active' }))).toEqual([`certificate TXT token of ${NAME}`]);
    expect(asked(waitingLive(NAME, { status: 'active' }))).toEqual([OWNER]);
  });

  it('is the file for the ownership where the API shows no record', () => {
    const { ownership_verification: _, ...live } = waitingLive(NAME, { status: 'active' });
    expect(asked(live)).toEqual(['ownership HTTP owner']);
  });

  it('is only where to point, where the domain is on Cloudflare itself; a wildcard has its certificate to prove, too', () => {
    const complaint = 'The hostname is using Cloudflare and cannot be activated with an TXT or HTTP validation token.';
    const live = waitingLive(NAME, {}, { verification_errors: [complaint] });
    const told = (one: LiveHostname, target?: string) => handedOff(one, target).records;
    expect(told(live)).toEqual([]);
    const target = 'customers.saas-platform.net';
    expect(told(live, target)).toEqual([{ purpose: 'routing', type: 'CNAME', name: NAME, value: target }]);
    const wildcard = waitingLive('*.acme-store.net', { wildcard: true }, { verification_errors: [complaint] });
    expect(told(wildcard, target).map(({ purpose }) => purpose)).toEqual(['certificate', 'routing']);
  });

  it('names the same record once', () => {
    const record = { txt_name: `_acme-challenge.${NAME}`, txt_value: 'one' };
    expect(asked(waitingLive(NAME, { validation_records: [record, record] }))).toEqual(['certificate TXT one', OWNER]);
  });

  it('is not asked of an active hostname', () => {
    expect(handOffOfLive(shop(), { now: NOW })).toBeUndefined();
  });
});
