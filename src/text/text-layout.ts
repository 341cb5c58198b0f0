import { stripVTControlCharacters } from 'node:util';
import { printable } from './printable.ts';

/** Columns of the narrowest terminal the texts are made for; also the width of a file or a pipe. */
export const TEXT_WIDTH = 80;

/** `1204` as "1,204"; by itself, as the first `toLocaleString` of a process takes 12 ms. */
export const formatCount = (count: number): string => String(count).replace(/(?<!\.\d*)\B(?=(\d{3})+(?!\d))/g, ',');

/** "1 row", "1,204 rows". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/**
 * `text` as lines of at most `width` columns, broken at spaces, each behind `indent`. A word longer than that stays
 * whole: a cut URL or token would be worse than a long line.
 */
export const wrapped = (text: string, indent: string, width = TEXT_WIDTH): string[] =>
  brokenAt(printable(text), indent, width);

function brokenAt(text: string, indent: string, width: number, hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && stripVTControlCharacters(`${indent}${line} ${word}`).length > width) {
      lines.push((lines.length === 0 ? indent : hanging) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, (lines.length === 0 ? indent : hanging) + line];
}

/** What a line begins with: colours, blanks, the mark of a list. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it.
const BEGIN = /^(?:\x1b\[[0-9;]*m)*(\s*(?:- )?)/;

/**
 * `text`, made for `TEXT_WIDTH`, on a terminal of `width` columns: longer lines go on under where they begin. Commands stay whole.
 * Without a line feed at its end.
 */
export const fitted = (text: string, width: number): string =>
  text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [begin = '', indent = ''] = BEGIN.exec(line) ?? [];
      if (stripVTControlCharacters(line).length <= width || line.trimStart().startsWith('hostroll ')) return [line];
      return brokenAt(line.slice(begin.length), begin, width, ' '.repeat(indent.length));
    })
    .join('\n');

/** The first `most` of `lines`, an ellipsis where some were left out. */
export const clipped = (lines: readonly string[], most: number): string[] =>
  lines.length <= most
    ? [...lines]
    : lines.slice(0, most).map((line, at) => (at === most - 1 ? cut(`${line} …`, TEXT_WIDTH) : line));

/** Rows of a label and a number: labels left, numbers right. */
export function countTable(rows: [label: string, count: number][], indent = '  '): string[] {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const numbers = rows.map(([, count]) => formatCount(count));
  const numberWidth = Math.max(...numbers.map((number) => number.length));
  return rows.map(
    ([label], at) => `${indent}${label.padEnd(labelWidth)}  ${(numbers[at] ?? '').padStart(numberWidth)}`,
  );
}

/** Rows of cells in columns as wide as their widest cell, those at `right` with their texts to the right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const cell = (text: string, at: number) =>
    right.includes(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

/** `text` in at most `width` columns, an ellipsis where it was cut. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`.slice(0, width);

/** So much of the whole, as a bar of `width` columns; whatever there is at all is shown. */
export function bar(part: number, whole: number, width: number): string {
  const filled = whole <= 0 ? 0 : Math.min(width, Math.max(part > 0 ? 1 : 0, Math.round((part / whole) * width)));
  // Only what is all there looks so.
  const shown = part < whole ? Math.min(filled, width - 1) : filled;
  return '█'.repeat(shown) + '░'.repeat(width - shown);
}
