import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { redisWorkspace } from '../support/redis-workspace.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';

it.each(serversFor('inventories', [REDIS], { mayShare: false }))(
  'an inventory tells what needs a person, what has changed, and what is stale, and asks for quotas',
  async () => {
    const shop = (label: string, more = {}) => ({ hostname: `${label}.acme-store.net`, ssl: {}, ...more });
    const stale = { ssl: { status: 'validation_timed_out' as const }, created_at: '2024-01-01T00:00:00Z' };
    const desk = await redisWorkspace({ hostnames: [shop('a'), shop('b'), shop('old', stale)] });
    const zone = desk.api.zones[0]?.id ?? '';
    const first = await desk.run([
      'inventory',
      zone,
      '--stale',
      '90d',
      '--format',
      'json',
      '--resolver',
      '127.0.0.1:1',
    ]);
    expect(first.code, first.stderr).toBe(4);
    const inventory = JSON.parse(first.stdout);
    expect(inventory).toMatchObject({
      zones: [{ hostnames: 3, quota: { used: 3 } }],
      counts: { phase: { serving: 2, stuck: 1 } },
      needs: ['1 hostname is stuck until you act.'],
    });
    expect(inventory.stale).toMatchObject([{ hostname: 'old.acme-store.net', ssl_status: 'validation_timed_out' }]);
    const lists = desk.api.judge().calls.list;
    const second = await desk.run(['inventory', 'all', '--since', 'last', '--fresh', '10m']);
    expect(second.stdout).toContain('Nothing has changed.');
    expect(desk.api.judge().calls.list).toBe(lists);
    const csv = await desk.run([
      'inventory',
      zone,
      '--stale',
      '90d',
      '--format',
      'csv',
      '--fresh',
      '10m',
      '--resolver',
      '127.0.0.1:1',
    ]);
    expect(csv.stdout).toContain(`stale,${zone},old.acme-store.net,`);
    const told = join(desk.folder, 'told');
    const nightly = ['inventory', zone, '--fresh', '10m', '--notify', `exec:/usr/bin/tee ${told}`];
    expect(await desk.run(['schedule', 'add', 'nightly', '--cron', '@daily', '--', ...nightly])).toMatchObject({
      code: 0,
    });
    expect((await desk.run(['schedule', 'run', 'nightly'])).code).toBe(4);
    expect(JSON.parse(await readFile(told, 'utf8'))).toMatchObject({ type: 'inventory.attention' });
    expect((await desk.run(['schedule', 'list'])).stdout).not.toContain(told);
    // Exactly what is done by hand, and nothing else.
    const byHand = async (method: string, path: string, body?: object) => {
      const url = `${desk.api.url}/zones/${zone}/custom_hostnames${path}`;
      const headers = { authorization: `Bearer ${desk.api.token}`, 'content-type': 'application/json' };
      const { ok } = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      expect(ok).toBe(true);
    };
    await byHand('DELETE', `/${desk.api.hostname('old.acme-store.net')?.id}`);
    await byHand('POST', '', { hostname: 'plain.acme-store.net' });
    await byHand('PATCH', `/${desk.api.hostname('a.acme-store.net')?.id}`, { custom_metadata: { not: 'counted' } });
    const third = await desk.run(['inventory', zone, '--since', 'last', '--format', 'json']);
    expect(JSON.parse(third.stdout).changes).toEqual([
      ...['phase validating: 1 (+1).', 'phase stuck: 0 (-1).', 'method http: 2 (-1).', 'method -: 1 (+1).'],
      ...['certificate authority google: 2 (-1).', 'certificate authority -: 1 (+1).', 'wildcard false: 2 (-1).'],
      ...['wildcard -: 1 (+1).', 'certificate managed: 2 (-1).', 'certificate none: 1 (+1).'],
    ]);
    expect((await desk.run(['inventory', zone, '--since', '2020-01-01'])).code).toBe(64);
    expect((await desk.run(['inventory', zone, '--within', 'soon'])).stderr).toContain('--within must be a time');
  },
  60_000,
);
