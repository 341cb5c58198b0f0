import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { hostroll } from '../support/shell.ts';

describe('a command within a process', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostroll-run-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints help on standard output and ends with 0', async () => {
    const { code, stdout, stderr } = await hostroll(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: hostroll/);
    expect(stderr).toBe('');
  });

  it('says on standard error what is wrong with its words, and ends with 64', async () => {
    const { code, stdout, stderr } = await hostroll(['aply']);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toBe("hostroll: unknown command 'aply'\n(Did you mean apply?)\n");
  });

  it('takes its environment as a value', async () => {
    const { code, stderr } = await hostroll(['report'], { env: { HOSTROLL_STATE: join(folder, 'elsewhere') } });
    expect(code).toBe(64);
    expect(stderr).toContain(join(folder, 'elsewhere'));
    expect(stderr).toMatch(/ \[BATCH_UNKNOWN\]\n$/);
  });

  it('plans a manifest from standard input', async () => {
    const api = await startSandbox({ seeds: [{ count: 3, seed: 1 }] });
    try {
      const env = { CLOUDFLARE_BASE_URL: api.url, CLOUDFLARE_API_TOKEN: api.token, HOSTROLL_STATE: folder };
      const zone = api.zones[0]?.id ?? '';
      const plan = (...flags: string[]) =>
        hostroll(['plan', '-', '--zone', zone, '--no-look', '--json', ...flags], {
          env,
          input: 'hostname,ssl.method\nshop-1.acme-store.com,txt\n',
        });
      const { code, stdout, stderr } = await plan();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ counts: { reject: 1 } });
      const rows = join(folder, 'plan.csv');
      expect((await plan('--detailed-exitcode', '--out', rows)).code).toBe(2);
      expect(await readFile(rows, 'utf8')).toMatch(/^row,[^\n]*\n1,shop-1\.acme-store\.com,[^\n]*HOSTNAME_NOT_FOUND/);
    } finally {
      await api.close();
    }
  });

  it('ends with 70 where it fails in a way nobody foresaw, with the stack only where it is asked for', async () => {
    const env = (more: Record<string, string> = {}) =>
      Object.defineProperty({ ...more }, 'HOSTROLL_STATE', {
        get: () => {
          throw new RangeError('nobody foresaw this');
        },
      });
    const plain = await hostroll(['report'], { env: env() });
    expect(plain.code).toBe(70);
    expect(plain.stderr).toBe('hostroll: unexpected failure: nobody foresaw this\n');
    const { stderr } = await hostroll(['report'], { env: env({ HOSTROLL_DEBUG: '1' }) });
    expect(stderr).toContain('readStateConfig');
  });
});
