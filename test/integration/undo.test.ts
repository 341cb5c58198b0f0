import { expect, it } from 'vitest';
import { workspaceWith } from '../support/workspace.ts';

const FASTEST = ['--quota', '600000/300'];
const NAMES = Array.from({ length: 240 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('hundreds of rows are taken back field by field, what others have changed since is left alone, and a campaign tells it as one', {
  timeout: 240_000,
}, async () => {
  const desk = await workspaceWith({
    hostnames: NAMES.map((hostname, at) => ({
      hostname,
      custom_metadata: at % 3 === 0 ? { tier: 'lead', n: at } : {},
      ...(at % 4 === 0 ? { custom_origin_server: 'old.acme-store.net' } : {}),
      ssl: {
        method: 'http',
        certificate_authority: 'google',
        settings: at % 2 === 0 ? { min_tls_version: '1.0' } : {},
      },
    })),
    faults: [{ match: { kind: 'edit', hostname: NAMES[7] ?? '', nth: 1 }, effect: { type: 'refuse', code: 1434 } }],
  });
  const held = () =>
    NAMES.map((name) => {
      const { custom_metadata, custom_origin_server, ssl } = desk.api.hostname(name) ?? {};
      const { method, certificate_authority, settings, wildcard, bundle_method } = ssl ?? {};
      return {
        custom_metadata: custom_metadata ?? {},
        custom_origin_server,
        method,
        certificate_authority,
        settings,
        wildcard,
        bundle_method,
      };
    });
  const before = held();
  const rows = NAMES.map((hostname, at) => ({
    hostname,
    ...(at % 5 === 0
      ? { custom_origin_server: 'new.acme-store.net' }
      : { custom_metadata: { tier: 'gold', 'a.b': true } }),
    ...(at % 2 === 0 ? { ssl: { method: 'txt', settings: { min_tls_version: '1.2', http2: 'off' } } } : {}),
    ...(at % 7 === 1 ? { ssl: { settings: { min_tls_version: '1.2' } } } : {}),
  }));
  await desk.file('m.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const applied = await desk.run(['apply', 'm.jsonl', ...FASTEST, '--wait', '0', '--yes']);
  expect(applied).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(
      /\d+ {2}can be undone as if nothing had been\n +\d+ {2}can be undone, with validation once more/,
    ),
  });
  const first = desk.batches()[0] ?? '';
  expect(await desk.run(['retry', first, ...FASTEST, '--yes'])).toMatchObject({ code: 0 });
  expect(desk.report().counts).toMatchObject({ rows: 1, edited: 1 });
  const { url, zones, token } = desk.api;
  const [theirs = ''] = NAMES.slice(1);
  await fetch(`${url}/zones/${zones[0]?.id}/custom_hostnames/${desk.api.hostname(theirs)?.id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ custom_metadata: { tier: 'iron', 'a.b': true } }),
  });

  for (const batch of desk.batches()) {
    const undone = await desk.run(['undo', batch, ...FASTEST, '--yes']);
    expect(undone.code).toBe(batch === first ? 2 : 0);
  }
  const after = held();
  expect(after.filter((_, at) => at !== 1)).toEqual(before.filter((_, at) => at !== 1));
  expect(after[1]?.custom_metadata).toEqual({ tier: 'iron', 'a.b': true });

  const told = await desk.run(['report', 'latest', '--campaign', '--format', 'json']);
  const { batches, counts } = JSON.parse(told.stdout);
  expect(batches.map(({ as }: { as: string }) => as)).toEqual(['begin', 'retry', 'undo', 'undo']);
  expect(counts).toMatchObject({ rows: 240, undone: 239, edited: 1, failed: 0 });
  const csv = await desk.run(['report', first, '--campaign', '--format', 'csv']);
  expect(csv.stdout.split('\n').filter((line) => line.includes(',undone,'))).toHaveLength(239);
  expect((await desk.run(['report', first, '--campaign'])).stdout).toContain('Campaign of 4 batches, 240 rows');
});
