import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';
import { hostroll } from '../support/shell.ts';

it.each(serversFor('watching a submission', [REDIS], { mayShare: false }))(
  'what is submitted is watched to its end, and ends with the exit code of its batch',
  async ({ startPrivate }) => {
    const folder = await mkdtemp(join(tmpdir(), 'hostroll-watch-'));
    const server = await startPrivate?.();
    const names = ['a', 'b', 'c', 'd'].map((label) => `${label}.acme-store.net`);
    const api = await startSandbox({ hostnames: names.map((hostname) => ({ hostname, ssl: {} })) });
    const env = { CLOUDFLARE_BASE_URL: api.url, CLOUDFLARE_API_TOKEN: api.token, HOSTROLL_QUEUE: server?.url };
    const zone = api.zones[0]?.id ?? '';
    const end = new AbortController();
    try {
      const path = join(folder, 'm.csv');
      const rows = [...names, 'nobody.acme-store.net'].map((name) => `${name},txt\n`);
      await writeFile(path, `hostname,ssl.method\n${rows.join('')}`);
      const submitted = await hostroll(['submit', path, '--zone', zone, '--wait', '0'], { env });
      const id = submitted.stdout.trim();
      expect(submitted.stderr).toContain('5 rows are with');
      expect(submitted.stderr).toContain('No coordinator is running there now');
      const again = await hostroll(['submit', path, '--zone', zone, '--wait', '0'], { env });
      expect(again).toMatchObject({ code: 64, stderr: expect.stringContaining(id) });
      const watching = hostroll(['watch', id], { env });
      const serving = hostroll(['serve', '--state', folder], { env, stop: end.signal });
      const watched = await watching;
      // Whichever was faster: the coordinator, or who watches.
      expect(watched.stderr).toMatch(/^(?:Submission s-\S+ waits for a coordinator|Coordinator \S+ has it\.)/);
      expect(watched.stderr).toMatch(
        /^Batch \S+ is finished; "hostroll report s-\S+" shows what came of it; its files are with coordinator \S+\.$/m,
      );
      // One of its rows has no hostname in the zone, and is rejected.
      expect(watched.code).toBe(2);
      // The queue of the environment will do, and an id of a submission where one of a batch would.
      expect((await hostroll(['report', id], { env })).stdout).toMatch(/4 .*edited|edited.* 4/);
      expect((await hostroll(['status', id, '--json'], { env })).stdout).toContain('"exit_code": 2');
      expect((await hostroll(['cancel', id], { env })).stderr).toContain('BATCH_ENDED');
      end.abort();
      const { code, stderr } = await serving;
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /Submission s-\S+ \(m\.csv, from \S+\) begins\.\n.*Batch \S+ of submission s-\S+ has ended, exit code 2\./,
      );
    } finally {
      end.abort();
      await api.close();
      await server?.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
