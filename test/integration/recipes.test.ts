import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
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

/** What stands in the blocks of a page that are marked with `language`. */
const blocksOf = (page: URL, language: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```(\w+)\n(.*?)```/gs)].flatMap(([, is, block = '']) =>
    is === language ? [block] : [],
  );

/** The commands of a page, from its blocks of shell. */
const commandsOf = (page: URL): PageCommand[] =>
  blocksOf(page, 'sh').flatMap((block) =>
    block
      .trimEnd()
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map(commandIn),
  );

function commandIn(line: string): PageCommand {
  const [, command = line, told] = /^(.*?)\s+# ends with ([\d or]+)$/.exec(line) ?? [];
  const [hostroll, ...words] = splitCommand(command) ?? [];
  if (hostroll !== 'hostroll') throw new Error(line);
  const at = words.indexOf('>');
  const codes = told === undefined ? [0] : told.split(' or ').map(Number);
  if (at < 0) return { line, words, codes };
  return { line, words: words.slice(0, at), into: words[at + 1] ?? '', codes };
}

/** Where the names of customers are asked for here, and what nobody waits for in a test. */
function inThisNetwork({ api }: Workspace, words: readonly string[]): string[] {
  const [command = ''] = words;
  const looks = command === 'sweep' || words.includes('check') || words.includes('--stale');
  const dns = looks || words.includes('--look') || words.includes('--skip-unready');
  const at = `127.0.0.1:${new URL(api.url).port}`;
  const waits = ['apply', 'sweep', 'rehearse', 'undo'].includes(command) && !words.includes('--dry-run');
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
  'canary.md': ({ api, batches }) => {
    expect(batches()).toHaveLength(2);
    expect(api.hostname('a.shop-acme.net')?.ssl?.settings?.min_tls_version).toBe('1.0');
  },
  'minimum-tls.md': ({ api }) => expect(api.hostname('a.shop-acme.net')?.ssl?.settings?.min_tls_version).toBe('1.2'),
  'delegated-dcv.md': ({ api }) => expect(api.judge().calls.edit).toBe(0),
  'nightly-sweep.md': ({ folder }) => expect(existsSync(join(folder, '.hostroll/schedules/nightly'))).toBe(true),
  'spreadsheet.md': ({ api }) => expect(api.hostname('a.shop-acme.net')?.ssl?.method).toBe('txt'),
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
    for (const { line, words, into, codes } of commandsOf(new URL(page, PAGES))) {
      const { code, stdout, stderr } = await desk.run([...words, ...inThisNetwork(desk, words)]);
      expect(codes, `${line}\n${stdout}${stderr}`).toContain(code);
      if (into !== undefined) await writeFile(join(desk.folder, into), stdout);
    }
    DONE[page]?.(desk);
  },
  120_000,
);

it.runIf(here.length > 0)(
  'the jobs of docs/certificates.md do what they say, as they are written',
  async () => {
    const page = new URL('../certificates.md', PAGES);
    const names = ['shop.acme-store.net', 'www.acme-store.net', 'shop.customer-one.net', 'shop.customer-two.net'];
    const desk = await redisWorkspace({ zones: [ZONE], hostnames: names.map((hostname) => ({ hostname, ssl: {} })) });
    const put = async (name: string, content: string) => {
      await mkdir(dirname(join(desk.folder, name)), { recursive: true });
      await desk.file(name, content);
    };
    const [pack, renewed] = [makePair(...names.slice(0, 2)), makePair(...names.slice(0, 2))];
    const kinds = { rsa: pack.rsa, ec: pack.ec, 'ec-2027': renewed.ec };
    for (const [kind, { certificate, key }] of Object.entries(kinds)) {
      await put(`certs/acme-${kind}.pem`, certificate);
      await put(`keys/acme-${kind}.key`, key);
    }
    for (const [at, customer] of ['one', 'two'].entries()) {
      const { rsa } = makePair(names[at + 2] ?? '');
      for (const folder of [`customers/${customer}`, `live/${names[at + 2]}`]) {
        await put(`${folder}/fullchain.pem`, rsa.certificate);
        await put(`${folder}/privkey.pem`, rsa.key);
      }
    }
    const [renew = '', byFile = '', byName = ''] = blocksOf(page, 'csv');
    await put('renew.csv', renew);
    await put('by-file.csv', byFile);
    await put('customers.csv', byName);
    const carryOut = async (line: string, [, ...words]: string[], edited: string) => {
      const { code, stdout, stderr } = await desk.run([
        'apply',
        ...words,
        '--yes',
        '--wait',
        '0',
        '--fresh',
        '0',
        '--force',
        'drops-half',
      ]);
      expect([code, stdout], `${line}\n${stdout}${stderr}`).toEqual([0, expect.stringContaining(edited)]);
    };
    await carryOut('by file', ['plan', 'by-file.csv', '--zone', ZONE.name], '2 of 2 edited');
    const served = () => desk.api.hostname(names[0] ?? '')?.ssl?.certificates?.map((one) => one.serial_number) ?? [];
    let before: unknown[] = [];
    const commands = commandsOf(page);
    expect(commands.map(({ words }) => words[0])).toEqual(['plan', 'plan', 'select', 'plan', 'plan']);
    for (const { line, words, into, codes } of commands) {
      const { code, stdout, stderr } = await desk.run(words);
      expect(codes, `${line}\n${stdout}${stderr}`).toContain(code);
      if (into !== undefined) await writeFile(join(desk.folder, into), stdout);
      // What the customers have is there already, and the last job looks for the pack that the first has brought.
      else if (words.includes('renew.csv')) {
        before = served();
        await carryOut(line, words, '2 of 2 edited');
      } else expect(stdout, line).toMatch(words.includes('san') ? /None of 4 rows/ : /None of 2 rows/);
    }
    expect(served().filter((serial) => before.includes(serial))).toHaveLength(1);
  },
  120_000,
);

it.runIf(here.length > 0)(
  'examples/ci plans on a pull request, and applies on the merge what was expected and nothing else',
  async () => {
    const desk = await redisWorkspace({ zones: [ZONE], hostnames: SHOPS });
    await mkdir(join(desk.folder, 'rollout'));
    await desk.file('rollout/rows.csv', 'hostname,custom_metadata.tier\na.shop-acme.net,gold\nb.shop-acme.net,gold\n');
    const { jobs } = parse(readFileSync(new URL('../../examples/ci/hostroll.yml', PAGES), 'utf8')) as {
      jobs: Record<'plan' | 'apply', { steps: { run?: string }[] }>;
    };
    const step = async (job: 'plan' | 'apply', expected: string) => {
      const line = jobs[job].steps.find(({ run }) => run?.startsWith(`hostroll ${job} `))?.run ?? '';
      const { words } = commandIn(line.replace('$(cat rollout/expect)', expected));
      return desk.run([...words, ...(job === 'apply' ? inThisNetwork(desk, words) : [])], { env: { CI: 'true' } });
    };
    expect(await step('plan', '')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^### hostroll: 2 of 2 rows/),
    });
    const refused = await step('apply', 'edit=3');
    expect([refused.code, desk.api.judge().calls.edit]).toEqual([3, 0]);
    expect(await step('apply', 'edit=2,reissues=0')).toMatchObject({ code: 0 });
    expect([...desk.api.judge().applied.keys()].sort()).toEqual(['a.shop-acme.net', 'b.shop-acme.net']);
  },
  120_000,
);
