import { expect, it } from 'vitest';
import { FAST, workspaceWith } from '../support/workspace.ts';

const SETTINGS = { http2: 'on', min_tls_version: '1.0', tls_1_3: 'on' } as const;
const ssl = { method: 'http', certificate_authority: 'google', settings: SETTINGS } as const;
const NAMES = Array.from({ length: 80 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('what others changed after a batch had stopped is kept and named, and a row whose own field they changed is held back', {
  timeout: 180_000,
}, async () => {
  const workspace = await workspaceWith({
    hostnames: NAMES.map((hostname) => ({ hostname, ssl })),
    faults: [{ match: { kind: 'edit', nth: 2 }, effect: { type: 'revoke' } }],
  });
  await workspace.file(
    'm.csv',
    `hostname,ssl.settings.min_tls_version\n${NAMES.map((name) => `${name},1.2\n`).join('')}`,
  );
  expect((await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'])).code).toBe(3);
  expect(workspace.report().counts.unprocessed).toBeGreaterThan(10);
  const doubtful = workspace.report().stopped?.in_doubt ?? [];
  const [theirs, same, other] = NAMES.filter((_, at) => !doubtful.includes(at + 1)).reverse();

  const { url, zones, email, key } = workspace.api;
  const edit = async (name = '', body: object = {}) => {
    const id = workspace.api.hostname(name)?.id;
    const answer = await fetch(`${url}/zones/${zones[0]?.id}/custom_hostnames/${id}`, {
      method: 'PATCH',
      headers: { 'x-auth-email': email, 'x-auth-key': key },
      body: JSON.stringify({ ssl: { type: 'dv', method: 'http', ...body } }),
    });
    expect(answer.status).toBe(202);
  };
  await edit(other, {
    method: 'txt',
    settings: { http2: 'off', early_hints: 'on', tls_1_3: 'on', min_tls_version: '1.0' },
  });
  await edit(same, { settings: { ...SETTINGS, min_tls_version: '1.2' } });
  await edit(theirs, { settings: { ...SETTINGS, min_tls_version: '1.3' } });

  const env = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_EMAIL: email, CLOUDFLARE_API_KEY: key };
  expect((await workspace.run(['resume', 'latest', ...FAST], { env })).code).toBe(2);
  expect(workspace.api.hostname(other ?? '')?.ssl).toMatchObject({
    method: 'txt',
    settings: { http2: 'off', early_hints: 'on', tls_1_3: 'on', min_tls_version: '1.2' },
  });
  expect(workspace.api.hostname(theirs ?? '')?.ssl?.settings).toEqual({ ...SETTINGS, min_tls_version: '1.3' });
  const { counts, remarks, skips, errors } = workspace.report();
  expect(counts).toMatchObject({ edited: 78, skipped: 1, rejected: 1 });
  expect(remarks).toMatchObject([{ code: 'CHANGED_ELSEWHERE', sample: { hostname: other } }]);
  expect(remarks[0]?.sample.message).toContain('ssl.method');
  expect(skips).toMatchObject([{ code: 'ALREADY_SO', sample: { hostname: same } }]);
  expect(errors).toMatchObject([{ code: 'CHANGED_SINCE_PLAN', sample: { hostname: theirs } }]);
});
