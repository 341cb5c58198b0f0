import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { complete, shellScript } from '../../scripts/complete.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What is offered for the last of `words`, without descriptions; the last line says whether files are meant. */
async function offered(...words: string[]): Promise<string[]> {
  const folder = await tempFolder();
  const [state, config] = [join(folder, 'state'), join(folder, 'hostroll.config.json')];
  for (const path of ['batches/20261123-071500-k3f9', 'batches/20261124-071500-abcd', 'schedules/nightly'])
    await mkdir(join(state, path), { recursive: true });
  await writeFile(join(state, 'schedules', 'nightly', 'schedule.json'), '{}');
  await writeFile(join(state, 'schedules', 'lock'), '{}');
  await writeFile(config, '{ "credentials": [{ "name": "emea", "zones": ["acme-store.net"] }], } // ours');
  const text = complete(words, { HOSTROLL_STATE: state, HOSTROLL_CONFIG: config });
  expect(text).not.toMatch(/\t$/m);
  return text.split('\n').map((line) => line.split('\t')[0] ?? '');
}

it.each<[words: string[], expected: string[]]>([
  [['pla'], ['plan', ':4']],
  [
    ['dcv', ''],
    ['check', 'export', ':4'],
  ],
  [
    ['plan', '--max-f'],
    ['--max-failures', ':4'],
  ],
  [
    ['cancel', ''],
    ['latest', '20261124-071500-abcd', '20261123-071500-k3f9', ':4'],
  ],
  [
    ['pause', '--reason', 'freeze', '20261123'],
    ['20261123-071500-k3f9', ':4'],
  ],
  [
    ['select', 'ac'],
    ['acme-store.net', ':4'],
  ],
  [
    ['apply', 'rows.csv', '--zone', ''],
    ['all', 'acme-store.net', ':4'],
  ],
  [
    ['work', '--lane', ''],
    ['emea', ':4'],
  ],
  [
    ['schedule', 'remove', ''],
    ['nightly', ':4'],
  ],
  [
    ['plan', '--ignore-columns', 'hostname,custom_origin_s'],
    ['hostname,custom_origin_server', 'hostname,custom_origin_sni', ':4'],
  ],
  [
    ['select', 'acme-store.net', '--where', 'ssl.meth'],
    ['ssl.method=', ':4'],
  ],
  [
    ['plan', '--log-level', 'd'],
    ['debug', ':4'],
  ],
  [['--v'], ['--version', ':4']],
  [
    ['plan', '--he'],
    ['--help', ':4'],
  ],
  [['plan', ''], [':0']],
  [
    ['sweep', '--force', 'acme'],
    ['acme-store.net', ':4'],
  ],
  [['plan', '--force', 'acme'], [':4']],
])('completes %j', async (words, expected) => {
  expect(await offered(...words)).toEqual(expected);
});

it('gives bash a script that it may read twice, and whose words stay words', () => {
  const script = shellScript('bash');
  expect(script).not.toContain('readonly');
  expect(script).toContain('complete -o default -F __hostroll_complete hostroll');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  expect(script).toContain('$(printf \'%q \' "${words[@]:1:cword}")');
  expect(script).not.toContain("''\"");
});

it.each(['zsh', 'fish', 'powershell'] as const)('has a script for %s', (shell) => {
  expect(shellScript(shell)).toMatch(/hostroll\W+complete/);
});
