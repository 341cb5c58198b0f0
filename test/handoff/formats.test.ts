import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GivenFinding } from '../../src/handoff/findings.ts';
import { FORMATS } from '../../src/handoff/formats.ts';
import type { Group } from '../../src/handoff/grouping.ts';
import { type HandOff, withFinding } from '../../src/handoff/hand-off.ts';
import { templateFault } from '../../src/handoff/markdown.ts';
import { naturalOrder } from '../../src/handoff/octodns.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { handedOff, waitingLive } from './hand-offs.ts';

const group = (...handOffs: HandOff[]): Group => ({ path: 'records', title: undefined, handOffs });
const token = (hostname: string, txt_value: string) => ({ txt_name: `_acme-challenge.${hostname}`, txt_value });
const delegated = (hostname: string) =>
  waitingLive(hostname, {
    dcv_delegation_records: [
      { cname: `_acme-challenge.${hostname}`, cname_target: `${hostname}.0123.dcv.cloudflare.com` },
    ],
  });
const wildcard = waitingLive('acme-store.net', {
  wildcard: true,
  validation_records: [token('acme-store.net', 'two'), token('acme-store.net', 'one; first')],
});
const http = waitingLive(
  'www.acme-store.net',
  { method: 'http', validation_records: [{ http_url: 'http://www.acme-store.net/a', http_body: '=a.b' }] },
  { status: 'active' },
);

describe('an octoDNS file', () => {
  it('holds records relative to the zone, in the shape and order octoDNS asks for', async () => {
    const text = await FORMATS.octodns.text(
      group(
        handedOff(wildcard),
        handedOff(delegated('shop10.acme-store.net')),
        handedOff(delegated('shop9.acme-store.net')),
      ),
    );
    const zone = parse(text) as Record<string, object>;
    expect(zone).toMatchObject({
      '_acme-challenge': { ttl: 300, type: 'TXT', values: ['one\\; first', 'two'] },
      '_cf-custom-hostname': { ttl: 300, type: 'TXT', value: 'owner of acme-store.net' },
      '_acme-challenge.shop9': { ttl: 300, type: 'CNAME', value: 'shop9.acme-store.net.0123.dcv.cloudflare.com.' },
    });
    expect(Object.keys(zone).filter((name) => name.startsWith('_acme'))).toEqual([
      '_acme-challenge',
      '_acme-challenge.shop9',
      '_acme-challenge.shop10',
    ]);
  });

  it('says every value so that YAML 1.1, which octoDNS reads, takes it for text', async () => {
    for (const value of ['yes', '012', '12:30', '1_000', '2026-11-25', '=', 'null', '~']) {
      const live = waitingLive('acme-store.net', { validation_records: [token('acme-store.net', value)] });
      const zone = parse(await FORMATS.octodns.text(group(handedOff(live))), { version: '1.1' });
      expect(zone['_acme-challenge'].value).toBe(value);
    }
  });

  it.each([
    ['a2', 'a10'],
    ['a', 'a1'],
    ['2', '10'],
    ['10', 'a'],
    ['', 'a'],
    ['_acme-challenge.b', '_cf'],
  ])('orders %s before %s', (before, after) => {
    expect([naturalOrder(before, after) < 0, naturalOrder(after, before) > 0, naturalOrder(after, after)]).toEqual([
      true,
      true,
      0,
    ]);
  });
});

describe('a Terraform file', () => {
  it('has a resource per value and a variable per zone, and no text that would be a template', async () => {
    const live = waitingLive('shop.acme-store.net', {
      validation_records: [token('shop.acme-store.net', `a"\${b}%{c}`)],
    });
    const file = JSON.parse(await FORMATS.terraform.text(group(handedOff(live), handedOff(wildcard))));
    const resources = Object.entries<Record<string, unknown>>(file.resource.cloudflare_dns_record);
    expect(resources).toHaveLength(5);
    expect(resources.every(([name]) => /^[a-z_][\w-]*$/.test(name))).toBe(true);
    const [, found] = resources.find(([, { name }]) => name === '_acme-challenge.shop.acme-store.net') ?? [];
    const [variable] = Object.keys(file.variable);
    expect(found).toEqual({
      zone_id: `\${var.${variable}}`,
      name: '_acme-challenge.shop.acme-store.net',
      type: 'TXT',
      content: `"a\\"$\${b}%%{c}"`,
      ttl: 300,
    });
  });

  it('is still one where there is nothing to publish', async () => {
    const file = JSON.parse(await FORMATS.terraform.text(group(handedOff(http))));
    expect(file).not.toHaveProperty('resource');
    expect(file['//'].join()).toContain('serve at http://www.acme-store.net/a the body =a.b');
  });
});

describe('a letter in Markdown', () => {
  it('has every value alone in a block, which nothing in it can end', async () => {
    const live = waitingLive('shop.acme-store.net', { validation_records: [token('shop.acme-store.net', 'a```b')] });
    const text = await FORMATS.markdown.text(group(handedOff(live)));
    expect(text).toContain('   ````text\n   a```b\n   ````\n');
    expect(text).toContain('   ```text\n   _acme-challenge.shop.acme-store.net\n   ```\n');
  });

  it('has the fields of the forms of DNS companies: type, host without the domain, value', async () => {
    const live = waitingLive('shop.acme-store.net', { validation_records: [token('shop.acme-store.net', 'kq8F')] });
    const text = (await FORMATS.markdown.text(group(handedOff(live)))).replace(/\s+/g, ' ');
    expect(text).toContain('Type: ```text TXT ``` Host: ```text _acme-challenge.shop ```');
    expect(text).toContain('Value: ```text kq8F ```');
  });

  it('stands in a template of your own', async () => {
    const live = waitingLive('shop.acme-store.net', { validation_records: [token('shop.acme-store.net', 'kq8F')] });
    const template = 'Dear customer{{to}},\n\n{{names}}\n{{steps}}\nYours, Ann\n';
    const text = await FORMATS.markdown.text({ ...group(handedOff(live)), title: 'acme' }, template);
    expect(text).toMatch(/^Dear customer for acme,\n\n- shop\.acme-store\.net\n\n## shop/);
    expect(text).toMatch(/Yours, Ann\n$/);
    expect(templateFault(template)).toBeUndefined();
    expect(templateFault('Dear {{names}}')).toContain('{{steps}}');
    expect(templateFault('{{steps}} {{name}}')).toContain('{{name}} stands for nothing');
  });

  it('shows what comes from outside as text', async () => {
    const live = waitingLive('shop.acme-store.net', { validation_errors: ['[x](http://evil) <b>\u001b[2J'] });
    const text = await FORMATS.markdown.text({ ...group(handedOff(live)), title: 'Acme <script>' });
    expect(text).toContain('# Your web addresses: what is left to do for Acme \\<script\\>');
    expect(text).toContain('\\[x\\]\\(http://evil\\) \\<b\\>');
    expect(text).not.toContain('\u001b');
  });
});

describe('a letter to a customer', () => {
  const letter = (
    live: LiveHostname,
    finding?: Partial<GivenFinding> & Pick<GivenFinding, 'verdict'>,
    target?: string,
  ) => {
    const found = finding && {
      hostname: live.hostname,
      who: 'customer' as const,
      evidence: [],
      checked_at: '',
      ...finding,
    };
    return FORMATS.markdown.text(group(withFinding(handedOff(live, target), found)));
  };
  const complaining = (verification: string[], validation: string[] = []) =>
    waitingLive('shop.acme-store.net', { validation_errors: validation }, { verification_errors: verification });
  const ON_CLOUDFLARE =
    'The hostname is using Cloudflare and cannot be activated with an TXT or HTTP validation token.';

  it('asks for one thing only, where the domain is on Cloudflare itself', async () => {
    for (const target of [undefined, 'customers.saas-platform.net']) {
      const text = await letter(complaining([ON_CLOUDFLARE]), undefined, target);
      expect(text).toContain('point this address at the name that we gave you');
      expect(text).not.toMatch(/TXT|_cf-custom-hostname|validation/);
      expect(text.includes('1. Remove every record')).toBe(target !== undefined);
    }
  });

  it('asks the owner of a domain that is held to release it', async () => {
    const text = await letter(complaining(['The hostname is associated with a held zone. Please contact the owner.']));
    expect(text).toContain('The person who has the domain in a Cloudflare account has to release the hold');
  });

  it('gives the CAA record that is missing, for the authority that is to issue', async () => {
    const seen = {
      looked_at: 'caa',
      name: 'acme-store.net',
      expected: ['letsencrypt.org'],
      verdict: 'caa_blocked',
      note: 'no',
    };
    const live = waitingLive('shop.acme-store.net');
    expect(await letter(live, { verdict: 'caa_blocked', evidence: [seen] })).toContain('0 issue "letsencrypt.org"');
    expect(await letter(complaining([], ['CAA records block issuance.']))).toContain('0 issue "pki.goog"');
  });

  it.each(['ready', 'missing', 'wrong', 'points_elsewhere', 'domain_gone', 'refused', 'barred', 'cannot_tell'])(
    'speaks no jargon of ours or of authorities (%s)',
    async (verdict) => {
      const text = await letter(waitingLive('shop.acme-store.net'), { verdict });
      expect(text).not.toMatch(
        /\bDCV\b|cannot_tell|points_elsewhere|domain_gone|pending_validation|SaaS|token_dies|phase/,
      );
      expect(text).toMatch(/\.\n/);
    },
  );
});

describe('CSV and JSON lines', () => {
  it('say who must act, until when, and what a look at the world found', async () => {
    const finding = {
      hostname: 'acme-store.net',
      verdict: 'caa_blocked',
      who: 'operator' as const,
      checked_at: '2026-11-25T12:00:00Z',
      evidence: [{ looked_at: 'caa', name: 'acme-store.net', verdict: 'caa_blocked', note: 'only ca.net may issue' }],
    };
    const found = withFinding(handedOff(wildcard), finding);
    const rows = parseCsv(await FORMATS.csv.text(group(found)), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      domain: 'acme-store.net',
      who_acts: 'operator',
      phase: 'validating',
      verdict: 'caa_blocked',
      evidence: 'seen at acme-store.net: caa_blocked (only ca.net may issue)',
      hostname_lost: '2026-12-02T13:30:03.000Z',
      estimated: 'token_dies hostname_lost next_check',
    });
    const json = JSON.parse(await FORMATS.jsonl.text(group(found)));
    expect(json).toMatchObject({ hostname: 'acme-store.net', who_acts: 'operator', finding, records: [{}, {}, {}] });
  });

  it('guard what a spreadsheet would run, but no token', async () => {
    const live = waitingLive('shop.acme-store.net', { validation_records: [token('shop.acme-store.net', '-abc_DEF')] });
    const text = await FORMATS.csv.text(group(handedOff(live), handedOff(http)));
    const rows = parseCsv(text, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ value }) => value)).toEqual(['-abc_DEF', 'owner of shop.acme-store.net', "'=a.b"]);
  });
});
