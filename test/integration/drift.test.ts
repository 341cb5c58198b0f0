import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { redisWorkspace } from '../support/redis-workspace.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';

it.each(serversFor('drift', [REDIS], { mayShare: false }))(
  'drift is exactly what was changed by hand; the fixing manifest turns it back',
  async () => {
    const shop = (label: string) => ({
      hostname: `${label}.acme-store.net`,
      custom_metadata: { tier: 'gold' },
      ssl: { method: 'txt' as const, settings: { min_tls_version: '1.2', http2: 'on' } },
    });
    const desk = await redisWorkspace({ hostnames: ['a', 'b', 'c', 'd', 'e'].map(shop) });
    const zone = desk.api.zones[0]?.id ?? '';
    const id = (label: string) => desk.api.hostname(`${label}.acme-store.net`)?.id;
    const call = async (method: string, label: string, body?: object) => {
      const answer = await fetch(`${desk.api.url}/zones/${zone}/custom_hostnames/${id(label)}`, {
        method,
        headers: { authorization: `Bearer ${desk.api.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(answer.status).toBeLessThan(300);
    };
    const before = join(desk.folder, 'before.jsonl');
    expect((await desk.run(['snapshot', zone, '--out', before])).code).toBe(0);
    const drift = async (...more: string[]) => {
      const { code, stdout, stderr } = await desk.run([
        'drift',
        zone,
        '--against',
        before,
        '--format',
        'json',
        ...more,
      ]);
      return { code, stderr, found: JSON.parse(stdout) };
    };
    expect(await drift()).toMatchObject({ code: 0, found: { compared: 5, drifted: [], gone: [], appeared: [] } });

    await call('PATCH', 'a', { custom_metadata: { tier: 'silver', extra: 1 } });
    await call('PATCH', 'b', {
      ssl: { method: 'http', type: 'dv', settings: { min_tls_version: '1.0', http2: 'on' } },
    });
    await call('DELETE', 'e');
    const fix = join(desk.folder, 'fix.jsonl');
    const { code, found, stderr } = await drift('--fix', fix);
    expect(code).toBe(4);
    expect(found.drifted.map((one: { hostname: string }) => one.hostname)).toEqual([
      'a.acme-store.net',
      'b.acme-store.net',
    ]);
    expect(found.drifted[0].fields).toEqual([
      { path: 'custom_metadata.tier', was: 'gold', is: 'silver', by: 'edit' },
      { path: 'custom_metadata.extra', was: null, is: 1, by: 'edit' },
    ]);
    expect(found.drifted[1].fields.map(({ path }: { path: string }) => path).sort()).toEqual([
      'ssl.method',
      'ssl.settings.min_tls_version',
    ]);
    expect(found).toMatchObject({ gone: ['e.acme-store.net'], appeared: [] });
    expect(stderr).toContain('2 rows in');
    expect((await readFile(fix, 'utf8')).trim().split('\n')).toHaveLength(2);

    const fixed = await desk.run(['apply', fix, '--zone', zone, '--yes', '--wait', '0']);
    expect(fixed.code, fixed.stderr).toBe(0);
    expect((await drift()).found).toMatchObject({ drifted: [], gone: ['e.acme-store.net'] });

    await call('PATCH', 'b', { ssl: { method: 'http', type: 'dv' } });
    const ofBatch = await desk.run(['drift', zone, '--against', 'latest', '--format', 'csv']);
    expect(
      ofBatch.stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(',')[2]),
    ).toEqual(['ssl.method', 'ssl.settings.min_tls_version']);
    const ofManifest = await desk.run(['drift', zone, '--against', fix, '--where', 'hostname!=b.acme-store.net']);
    expect(ofManifest).toMatchObject({ code: 0, stdout: expect.stringContaining('0 have drifted') });

    const calls = desk.api.judge().calls.all;
    const refused = [
      [['drift', '1'.repeat(32), '--against', before], 'is a snapshot of zone'],
      [['drift', zone, '--against', 'no-such-batch'], 'no-such-batch'],
      [['drift', zone, '--against', before, '--fix', 'fix.csv'], 'ends in .jsonl'],
    ] as const;
    for (const [words, sentence] of refused) {
      const { code, stderr } = await desk.run([...words]);
      expect([code, stderr.trim().split('\n').length]).toEqual([64, 1]);
      expect(stderr).toContain(sentence);
    }
    expect(desk.api.judge().calls.all).toBe(calls);
  },
  60_000,
);
