import { expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { LookAhead } from '../../../src/batch/plan/look-ahead.ts';
import { Doctor } from '../../../src/dcv/doctor.ts';
import { follow, type NameService } from '../../../src/dns/lookup.ts';
import type { DnsRecord } from '../../../src/dns/message.ts';
import type { Hostname, JsonObject } from '../../../src/terms.ts';
import { live } from '../../select/live.ts';

const TARGET = 'customers.saas-platform.net';
const ALIASES: Record<string, string> = {
  'here.acme-store.net': TARGET,
  'caa.acme-store.net': TARGET,
  '_acme-challenge.delegated.acme-store.net': 'delegated.acme-store.net.0123456789abcdef.dcv.cloudflare.com',
};
const ADDRESSES: Record<string, string> = {
  [TARGET]: '203.0.113.1',
  'away.acme-store.net': '198.51.100.7',
  'delegated.acme-store.net': '198.51.100.7',
};
const NAMES: NameService = {
  answers: async () => true,
  lookup: (name, type) =>
    follow(name, type, async (at, asked) => {
      const target = ALIASES[at];
      const record = (text: string): DnsRecord => ({ name: at, type: asked, text, ttl: 60 }) as DnsRecord;
      if (asked === 'CNAME' && target !== undefined) return { kind: 'found', records: [record(target)] };
      if (target !== undefined && asked !== 'CNAME' && asked !== 'CAA') return { kind: 'alias', target, ttl: 60 };
      if (asked === 'A' && ADDRESSES[at] !== undefined) return { kind: 'found', records: [record(ADDRESSES[at])] };
      if (asked === 'CAA' && at === 'caa.acme-store.net') {
        const caa: DnsRecord = {
          name: at,
          type: 'CAA',
          ttl: 60,
          critical: false,
          tag: 'issue',
          value: 'letsencrypt.org',
        };
        return { kind: 'found', records: [caa] };
      }
      return { kind: 'no_data' };
    }),
};

const doctor = new Doctor({ resolvers: ['127.0.0.1'], names: NAMES, targets: [TARGET] });
const looked = async (label: string, ssl: JsonObject, before: JsonObject, skip = true) => {
  const ahead = new LookAhead((each) => doctor.examine(each), { skip });
  const host = `${label}.acme-store.net`;
  const row = {
    row: 1,
    decision: 'edit',
    effects: ['restarts_dcv'],
    body: { ssl },
    before: { ssl: before },
  } as unknown;
  const delegation = [
    { cname: `_acme-challenge.${host}`, cname_target: `${host}.0123456789abcdef.dcv.cloudflare.com` },
  ];
  const now = live({ hostname: host as Hostname }, { method: 'http', ...before, dcv_delegation_records: delegation });
  return { row: await ahead.look(row as PlanRow, now), notes: ahead.notes() };
};

const [TXT, HTTP] = [
  { method: 'txt', certificate_authority: 'google', type: 'dv' },
  { method: 'http', certificate_authority: 'google', type: 'dv' },
];

it.each([
  ['a hostname that leads here, by http', 'here', HTTP, TXT, 'edit', 'ready'],
  ['one that leads here, by txt: Cloudflare answers over HTTP', 'here', TXT, HTTP, 'edit', 'ready'],
  ['one that leads elsewhere, by http', 'away', HTTP, TXT, 'skip', 'points_elsewhere'],
  ['one that leads elsewhere, by txt, without delegation', 'away', TXT, HTTP, 'skip', 'missing'],
  ['one that is delegated, by txt', 'delegated', TXT, HTTP, 'edit', 'ready'],
  [
    'an authority that CAA forbids',
    'caa',
    HTTP,
    { ...HTTP, certificate_authority: 'lets_encrypt' },
    'skip',
    'caa_blocked',
  ],
])('judges %s by what the row will have', async (_, label, ssl, before, decision, verdict) => {
  const { row } = await looked(label, ssl, before);
  expect(row).toMatchObject({ decision, finding: { verdict } });
  if (decision === 'skip') {
    expect(row.code).toBe('UNREADY');
    expect(row.body).toBeUndefined();
  }
});

it('leaves rows alone that change neither, and only tells where it is not to skip', async () => {
  const settings = { ...HTTP, settings: { min_tls_version: '1.2' } };
  const { row, notes } = await looked('away', settings, HTTP);
  expect([row.finding, notes]).toEqual([undefined, []]);
  const told = await looked('away', HTTP, TXT, false);
  expect(told.row).toMatchObject({ decision: 'edit', finding: { verdict: 'points_elsewhere' } });
  expect(told.notes[0]).toBe('DNS was asked about 1 row that change method or authority: 0 ready, 1 not ready.');
  expect(told.notes[1]).toContain('1 not ready: the name leads somewhere else: points at … (away.acme-store.net).');
});

const LE = { ...HTTP, certificate_authority: 'lets_encrypt' };
it.each([
  ['in punycode, by Google', 'xn--bcher-kva', HTTP, LE, /issues for no name in punycode/],
  ['longer than a common name, without the branding', 'a'.repeat(50), LE, HTTP, /cloudflare_branding has to be true/],
  [
    'whose challenge is too long for DNS',
    `${'a'.repeat(60)}.`.repeat(3) + 'b'.repeat(46),
    TXT,
    HTTP,
    /challenge .* 260 /,
  ],
  [
    'whose wildcard is too long for DNS',
    `${'a'.repeat(60)}.`.repeat(3) + 'b'.repeat(55),
    { ...LE, wildcard: true },
    HTTP,
    /255/,
  ],
])('knows a name %s, without a look', async (_, label, ssl, before, note) => {
  const { row, notes } = await looked(label, ssl, before);
  expect(row).toMatchObject({ code: 'UNREADY', finding: { verdict: 'refused', evidence: [{ looked_at: 'name' }] } });
  expect(notes[1]).toMatch(note);
});

it('takes a name in punycode that Google has issued for, and a long one with the branding, to DNS', async () => {
  const branded = { ...TXT, cloudflare_branding: true };
  for (const [label, ssl] of [
    ['xn--bcher-kva', TXT],
    ['a'.repeat(50), branded],
  ] as const) {
    expect((await looked(label, ssl, HTTP)).row.finding?.verdict).toBe('missing');
  }
});

it('asks once whether anything can be seen, and not before a row needs it; else looks at nothing', async () => {
  let asked = 0;
  const canSee = async () => ++asked < 0;
  const ahead = new LookAhead((each) => doctor.examine(each), { skip: true, canSee });
  const edit = (ssl: JsonObject) =>
    ({ row: 1, decision: 'edit', effects: [], body: { ssl }, before: { ssl: HTTP } }) as unknown as PlanRow;
  await ahead.look(edit({ ...HTTP, settings: { http2: 'off' } }), live());
  expect(asked).toBe(0);
  for (let at = 0; at < 2; at++) expect((await ahead.look(edit(TXT), live())).decision).toBe('edit');
  expect([asked, ahead.notes()]).toEqual([1, []]);
});
