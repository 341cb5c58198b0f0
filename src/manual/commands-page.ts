import { SHARED_HEADINGS } from '../config/flag-groups.ts';
import type { Entry, FlagEntry } from './entry.ts';
import { sharedFlags } from './shared-flags.ts';

const INTRODUCTION = `# Commands

<!-- Made by "npm run docs" from the commands themselves; do not edit. -->

\`hostroll help <command>\` shows the same in a terminal, \`man hostroll\` as a manual page. Under each command stand its own flags; those that
several commands have are [below](#shared-flags).
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-');

/** A table without padding: a longer cell then changes one line. */
function flagTable(flags: readonly FlagEntry[]): string {
  const rows = flags.map(({ usage, does, choices }) => {
    const values = choices === undefined ? '' : `: ${choices.map(code).join(', ')}`;
    return `| ${code(usage)} | ${cell(does)}${values} |\n`;
  });
  return `| flag | what it does |\n| --- | --- |\n${rows.join('')}`;
}

/** The page of all commands, as Markdown. */
export function commandsPage(entries: readonly Entry[]): string {
  const shared = sharedFlags(entries);
  const list = entries.map(
    ({ name, does }) => `| [\`${name}\`](#hostroll-${name.replaceAll(' ', '-')}) | ${cell(does)} |\n`,
  );
  const groups = SHARED_HEADINGS.flatMap((heading) => {
    const flags = shared.filter(({ group }) => group === heading);
    return flags.length === 0 ? [] : [`\n### ${heading}\n\n${flagTable(flags)}`];
  });
  return [
    INTRODUCTION,
    `\n| command | what it does |\n| --- | --- |\n${list.join('')}`,
    ...entries.map((entry) => section(entry, shared)),
    `\n## Shared flags\n`,
    ...groups,
  ].join('');
}

function section({ name, does, arguments: given, flags, remarks }: Entry, shared: readonly FlagEntry[]): string {
  const usage = ['hostroll', name, ...given.map((each) => each.usage), ...(flags.length > 0 ? ['[flags]'] : [])];
  const words = given.filter((each) => each.does !== '').map((each) => `- ${code(each.usage)}: ${each.does}\n`);
  const own = flags.filter((flag) => !shared.some((each) => each.usage === flag.usage && each.does === flag.does));
  const others = SHARED_HEADINGS.flatMap((heading) => {
    const those = flags.filter((flag) => flag.group === heading && !own.includes(flag));
    const names = those.map(({ long }) => code(long)).join(' ');
    return those.length === 0 ? [] : [`- [${heading}](#${anchor(heading)}): ${names}\n`];
  });
  return [
    `\n## hostroll ${name}\n\n${does}.\n\n\`\`\`sh\n${usage.join(' ')}\n\`\`\`\n`,
    ...(words.length > 0 ? ['\n', ...words] : []),
    ...(own.length > 0 ? ['\n', flagTable(own)] : []),
    ...(others.length > 0 ? ['\n', ...others] : []),
    ...(remarks === '' ? [] : [`\n\`\`\`text\n${remarks}\n\`\`\`\n`]),
  ].join('');
}
