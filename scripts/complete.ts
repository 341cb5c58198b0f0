import { RootCommand, script } from '@bomb.sh/tab';
import { type Env, nonEmpty } from '../src/config/inputs.ts';
import type { Entry } from '../src/manual/entry.ts';
import { knownWords } from '../src/manual/known-words.ts';
import { readPrepared } from '../src/manual/prepared.ts';

export type ShellName = 'bash' | 'zsh' | 'fish' | 'powershell';

/** What makes a shell ask `hostroll complete -- …` for words. */
export function shellScript(shell: ShellName): string {
  const text = printed(() => script(shell, 'hostroll', 'hostroll'));
  return shell === 'bash' ? BASH_FIXES.reduce((fixed, [was, is]) => fixed.replaceAll(was, is), text) : text;
}

/** What the library's script for bash lacks: files, being read twice, and words that are nothing but words to its `eval`. */
const BASH_FIXES: readonly [was: string, is: string][] = [
  ['readonly ShellComp', 'ShellComp'],
  ['complete -F', 'complete -o default -F'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  ['-- ${words[@]:1}"', '-- $(printf \'%q \' "${words[@]:1:cword}")"'],
  ['requestComp="$requestComp \'\'"', ':'],
];

/** The library knows no other way than to print. */
function printed(print: () => void): string {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (line) => void lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}

/** What shells take of the answer: no more than it says, or files where there are none. */
const [NO_FILES, FILES] = [4, 0];

/**
 * `hostroll complete -- <words>`: what may stand for the last word, as the shells' scripts read it. Loads nothing else, since a person waits at
 * a key: commands and flags are read from what the build has prepared.
 */
export function complete(words: readonly string[], env: Env): string {
  const prepared = readPrepared();
  const typed = words.at(-1) ?? '';
  const places = { state: placeOf('state', words, env), config: placeOf('config', words, env) };
  const root = new RootCommand();
  let isPath = false;
  const known =
    (of: string, choices: readonly string[] | undefined) => (add: (value: string, does: string) => void) => {
      const value = typed.startsWith('--') ? typed.slice(typed.indexOf('=') + 1) : typed;
      const found =
        choices === undefined ? knownWords(of, value, places, prepared) : { values: choices, isPath: false };
      isPath = found.isPath;
      for (const each of found.values) add(each, '');
    };
  // The library says of every answer that no files are meant.
  Object.defineProperty(root, 'directive', { get: () => (isPath ? FILES : NO_FILES), set: () => {} });
  const meant = entryOf(prepared.commands, words);
  for (const entry of prepared.commands) {
    // Words of a command are found one after the other.
    const [parent = '', ...others] = entry.name.split(' ');
    if (others.length > 0) root.command(parent, '');
    const command = root.command(entry.name, entry.does);
    command.option('help', 'tell what the command does, and its flags', 'h');
    // Of the others only the names: a flag of one may be another's without a value.
    if (entry !== meant) continue;
    for (const { long, short, value, does, choices } of entry.flags) {
      const name = long.slice(2);
      if (value === undefined) command.option(name, does, short?.slice(1));
      else command.option(name, does, known(value, choices), short?.slice(1));
    }
    for (const each of entry.arguments) command.argument(each.name, known(each.name, each.choices), each.isVariadic);
  }
  root.option('help', 'tell which commands there are', 'h');
  root.option('version', 'tell the version');
  // Where there is nothing to tell of a word, some shells would show what stands between.
  return printed(() => root.parse([...words])).replaceAll(/\t$/gm, '');
}

/** The command that is typed, without the word that is still being typed. */
const entryOf = (entries: readonly Entry[], words: readonly string[]): Entry | undefined =>
  entries.find(({ name }) => name.split(' ').every((word, at) => words[at] === word && at < words.length - 1));

const USUAL = { state: '.hostroll', config: 'hostroll.config.json' };

/** As the command itself would find it: flag before environment before what is usual. */
function placeOf(name: keyof typeof USUAL, words: readonly string[], env: Env): string {
  const at = words.indexOf(`--${name}`);
  const flag = at >= 0 && at < words.length - 1 ? words[at + 1] : undefined;
  return flag ?? nonEmpty(env[`HOSTROLL_${name.toUpperCase()}`]) ?? USUAL[name];
}
