import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { splitCommand } from '../../src/bundles/split-command.ts';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { makePair } from '../support/pair.ts';
import { redisWorkspace } from '../support/redis-workspace.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';
import type { Workspace } from '../support/workspace.ts';

const PAGES = new URL('../../docs/recipes/', import.meta.url);
const ZONE = { id: 'a'.repeat(32), name: 'acme-saas.net' };
const DAY_MS = 86_400_000;

/** One command of a page: its words, the file its output goes to, the exit codes that the page tells. */
interface PageCommand {
  line: string;
  words: string[];
  into?: string;
  codes: number[];
}

/** The commands of a page, from its blocks of shell. */
function commandsOf(page: string): PageCommand[] {
  const text = readFileSync(new URL(page, PAGES), 'utf8');
  const lines = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
  return lines.map((line) => {
    const [, command = line, told] = /^(.*?)\s+# ends with ([\d or]+)$/.exec(line) ?? [];
    const [hostroll, ...words] = splitCommand(command) ?? [];
    if (hostroll !== 'hostroll') throw new Error(`${page}: ${line}`);
    const at = words.indexOf('>');
    const codes = told === undefined ? [0] : told.split(' or ').map(Number);
    if (at < 0) return { line, words, codes };
    return { line, words: words.slice(0, at), into: words[at + 1] ?? '', codes };
  });
}

/** Where the names of customers are asked for here, and what nobody waits for in a test. */
function inThisNetwork({ api }: Workspace, words: readonly string[]): string[] {
  const [command = ''] = words;
  const looks = command === 'sweep' || words.includes('check') || words.includes('--stale');
  const dns = looks || words.includes('--look') || words.includes('--skip-unready');
  const at = `127.0.0.1:${new URL(api.url).port}`;
  const waits = command === 'apply' || command === 'sweep' || command === 'rehearse';
  return [...(dns ? ['--root', at, '--allow-private'] : []), ...(waits ? ['--wait', '0'] : [])];
}

const shop = (label: string, ssl: SandboxHostname['ssl'], more: Partial<SandboxHostname> = {}): SandboxHostname => ({
  hostname: `${label}.shop-acme.net`,
  ssl: ssl ?? {},
  custom_metadata: { tenant: 'acme-1' },
  custom_origin_server: 'old.acme-saas.net',
  ...more,
});
const NEVER = { routed_after_ms: null, token_after_ms: null };
const SOON = new Date(Date.now() + 10 * DAY_MS).toISOString();

/** A zone in which each recipe finds something to do. */
const SHOPS: SandboxHostname[] = [
  shop('a', { method: 'http', settings: { min_tls_version: '1.0' } }),
  shop('b', { method: 'http' }),
  shop('c', { method: 'http', certificate_authority: 'digicert' }),
  shop('d', { method: 'txt', status: 'pending_validation' }, { dns: NEVER }),
  shop('e', { method: 'txt', certificate_authority: 'digicert' }),
  shop('own', { serial_number: '4711', expires_on: SOON, settings: { min_tls_version: '1.2' } }),
];

/** What is so when a recipe has been followed, as the last look at the simulator shows it. */
const DONE: Record<string, (desk: Workspace) => void> = {
  'method-migration.md': ({ api }) => expect(api.hostname('a.shop-acme.net')?.ssl?.method).toBe('txt'),
  'ca-migration.md': ({ api }) =>
    expect(api.hostname('a.shop-acme.net')?.ssl?.certificate_authority).toBe('lets_encrypt'),
  'minimum-tls.md': ({ api }) => expect(api.hostname('a.shop-acme.net')?.ssl?.settings?.min_tls_version).toBe('1.2'),
  'delegated-dcv.md': ({ api }) => expect(api.judge().calls.edit).toBe(0),
  'origin-move.md': ({ api }) =>
    expect(api.hostname('a.shop-acme.net')?.custom_origin_server).toBe('old.acme-saas.net'),
  'metadata.md': ({ api }) =>
    expect(api.hostname('a.shop-acme.net')?.custom_metadata).toEqual({ tenant: 'acme-1', tier: 'gold', seats: 5 }),
  'bundle-rollout.md': ({ api }) => expect([...api.judge().applied.keys()]).toEqual(['own.shop-acme.net']),
  'leaving-authority.md': ({ api }) =>
    expect(api.hostname('e.shop-acme.net')?.ssl?.certificate_authority).toBe('google'),
};

const pages = readdirSync(PAGES).filter((page) => page !== 'README.md');

it('there is an end to every recipe', () => {
  expect(pages.sort()).toEqual(Object.keys(DONE).sort());
});

const here = serversFor('recipes', [REDIS], { mayShare: false });
it.each(here.length === 0 ? [] : pages)(
  'recipe %s does what it says, as it is written',
  async (page) => {
    const desk = await redisWorkspace({ zones: [ZONE], hostnames: SHOPS, serve_customers: true });
    const { rsa } = makePair('own.shop-acme.net');
    await desk.file('cert.pem', rsa.certificate);
    await desk.file('key.pem', rsa.key);
    for (const { line, words, into, codes } of commandsOf(page)) {
      const { code, stdout, stderr } = await desk.run([...words, ...inThisNetwork(desk, words)]);
      expect(codes, `${line}\n${stdout}${stderr}`).toContain(code);
      if (into !== undefined) await writeFile(join(desk.folder, into), stdout);
    }
    DONE[page]?.(desk);
  },
  120_000,
);
