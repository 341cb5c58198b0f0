import { join } from 'node:path';
import { expect, it } from 'vitest';
import { everyCommand } from '../../scripts/run.ts';
import { entriesOf } from '../../src/manual/entry.ts';
import { hostroll, idleShell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

const entries = entriesOf(await everyCommand(idleShell()));
const having = (long: string) => entries.filter(({ flags }) => flags.some((flag) => flag.long === long));

it('every command that prints JSON does so by --json and by --format json', () => {
  const printing = entries.filter(({ flags }) =>
    flags.some(({ long, choices }) => long === '--format' && choices?.includes('json')),
  );
  expect(having('--json').map(({ name }) => name)).toEqual(printing.map(({ name }) => name));
  expect(printing.length).toBeGreaterThan(10);
});

it('--format json says what --json says, and not something else beside it', async () => {
  const state = ['--state', await tempFolder()];
  const { stdout } = await hostroll(['status', '--format', 'json', ...state]);
  expect(stdout).toBe('[]\n');
  expect((await hostroll(['status', '--json', ...state])).stdout).toBe(stdout);
  expect(await hostroll(['status', '--json', '--format', 'text', ...state])).toMatchObject({ code: 64 });
});

it('a flag has the same short form and takes a value or none wherever it stands', () => {
  const forms = new Map<string, Set<string>>();
  for (const { flags } of entries)
    for (const { long, short, value } of flags) {
      const form = `${short ?? ''} ${value === undefined ? 'alone' : 'with a value'}`;
      forms.set(long, (forms.get(long) ?? new Set()).add(form));
    }
  const odd = [...forms].filter(([, each]) => each.size > 1).map(([long]) => long);
  // --force of a sweep: hostnames that are in another zone, too.
  expect(odd).toEqual(['--force']);
});

it('wherever a zone is meant, an argument, --zone or the environment names it', async () => {
  const missing = entries
    .filter(({ arguments: given }) => given.some(({ name }) => /\bzone\b/.test(name)))
    .filter(({ flags }) => !flags.some(({ long }) => long === '--zone'));
  expect(missing.map(({ name }) => name)).toEqual([]);
  const { code, stderr } = await hostroll(['select', '--count'], { env: { CLOUDFLARE_API_TOKEN: 'x' } });
  expect([code, stderr]).toEqual([64, expect.stringContaining('Name a zone')]);
});

it('--quiet leaves out what is not a result or a failure', async () => {
  const state = join(await tempFolder(), 'none');
  const { stderr, code } = await hostroll(['report', 'latest', '--quiet', '--state', state]);
  expect(code).toBe(64);
  expect(stderr).toContain('BATCH_UNKNOWN');
});
