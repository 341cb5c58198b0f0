import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { everyCommand } from '../../scripts/run.ts';
import { entriesOf } from '../../src/manual/entry.ts';
import { idleShell } from '../support/shell.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const entries = entriesOf(await everyCommand(idleShell()));
const GROUPS = new Set(entries.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]] : [])));
/** Flags of help itself, and of tools that texts name. */
const OTHERS = new Set([
  '--help',
  '--version',
  '--json',
  '--wal-segsize',
  '--wasm-tiering-budget',
  '--heap-growing-percent',
]);
/** How a sentence about hostroll goes on, or the name of something in it. */
const PROSE = new Set(['is', 'cannot', 'seal', 'bundle']);

/** The source of everything that speaks to people, without its comments. */
async function sources(): Promise<[name: string, text: string][]> {
  const names = (
    await Promise.all(['src', 'scripts'].map((room) => readdir(`${ROOT}${room}`, { recursive: true })))
  ).flatMap((found, at) => found.map((name) => `${['src', 'scripts'][at]}/${name}`));
  const wanted = names.filter((name) => /\.ts$/.test(name) && !/sandbox|simulator/.test(name));
  return Promise.all(
    wanted.map(async (name) => [
      name,
      (await readFile(ROOT + name, 'utf8')).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
    ]),
  );
}

/** Every command line that a text names: behind a quotation mark, or on a line of its own as examples are. */
const COMMAND_LINES = /(?:["'`]|^ {2,}|\| )hostroll ((?:[a-z$@{<[-][^"'`\n|]*)?)/gm;

const texts = await sources();

it('no text names a command, or a flag of it, that does not exist', () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const [name, text] of texts) {
    for (const [, line = ''] of text.matchAll(COMMAND_LINES)) {
      const words = line.trim().split(/\s+/);
      const [first = '', second = ''] = words;
      // What is put in by the program, or no command line but a sentence about hostroll.
      if (!/^[a-z-]+$/.test(first) || PROSE.has(first)) continue;
      const wanted = GROUPS.has(first) && /^[a-z-]+$/.test(second) ? `${first} ${second}` : first;
      const entry = entries.find((one) => one.name === wanted);
      if (entry === undefined) {
        if (!GROUPS.has(wanted) && !['help', '<command>'].includes(first)) wrong.push(`${name}: hostroll ${wanted}`);
        continue;
      }
      tried += 1;
      const flags = new Set(entry.flags.flatMap(({ long, short = '' }) => [long, short]));
      for (const flag of words.flatMap((word) => /^(--?[a-z][\w-]*)/.exec(word)?.[1] ?? [])) {
        if (!flags.has(flag) && !OTHERS.has(flag)) wrong.push(`${name}: hostroll ${wanted} ${flag}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(80);
});

it('no text names a flag that no command has', () => {
  const known = new Set(
    entries.flatMap(({ flags }) => flags.flatMap(({ long }) => [long, long.replace('--no-', '--')])),
  );
  const wrong = texts.flatMap(([name, text]) =>
    [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+[a-z]/g)].flatMap(([flag]) =>
      known.has(flag) || OTHERS.has(flag) ? [] : [`${name}: ${flag}`],
    ),
  );
  expect(wrong).toEqual([]);
});
