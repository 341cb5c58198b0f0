import { formatInstant } from '../text/format-time.ts';
import { printable } from '../text/printable.ts';
import { cut, formatCount, wrapped } from '../text/text-layout.ts';
import type { Inventory } from './inventory.ts';
import { tablesOf } from './tables.ts';

/** Rows of a table that a terminal shows; the other forms have all. */
const ROWS_SHOWN = 20;
const CELL_WIDTH = 60;

/** An inventory as people read it on a terminal. */
export function inventoryText(inventory: Inventory, changes?: readonly string[]): string {
  const lines = [`Inventory of ${formatInstant(inventory.taken_at)}`];
  for (const { title, columns, rows } of tablesOf(inventory)) {
    const shown = rows.slice(0, ROWS_SHOWN).map((cells) => cells.map((cell) => cut(printable(cell), CELL_WIDTH)));
    const widths = columns.map((column, at) =>
      Math.max(column.length, ...shown.map((cells) => cells[at]?.length ?? 0)),
    );
    const line = (cells: readonly string[]) =>
      `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
    lines.push('', title, line(columns), ...shown.map(line));
    if (rows.length > shown.length)
      lines.push(`  … and ${formatCount(rows.length - shown.length)} more; --format csv has all`);
  }
  if (changes !== undefined) {
    lines.push('', 'Since the last one', ...(changes.length === 0 ? ['  Nothing has changed.'] : []));
    lines.push(...changes.flatMap((change) => wrapped(change, '  ')));
  }
  lines.push('', 'What needs you', ...(inventory.needs.length === 0 ? ['  Nothing.'] : []));
  lines.push(...inventory.needs.flatMap((need) => wrapped(need, '  ')));
  return lines.join('\n');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const html = (text: string): string => printable(text).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** An inventory as one page without script, to be sent around. */
export function inventoryHtml(inventory: Inventory, changes: readonly string[] = []): string {
  const list = (title: string, sentences: readonly string[]): string =>
    sentences.length === 0
      ? ''
      : `<h2>${title}</h2><ul>${sentences.map((sentence) => `<li>${html(sentence)}</li>`).join('')}</ul>`;
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${html(cell)}</${tag}>`).join('')}</tr>`;
  const tables = tablesOf(inventory).map(
    ({ title, columns, rows }) =>
      `<h2>${html(title)}</h2><table>${row(columns, 'th')}${rows.map((cells) => row(cells, 'td')).join('\n')}</table>`,
  );
  const style =
    'body{font:14px/1.4 system-ui,sans-serif;margin:2em}td,th{text-align:left;padding:2px 1em 2px 0;vertical-align:top}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Inventory ${inventory.taken_at.slice(0, 10)}</title><style>${style}</style>
<h1>Inventory of ${html(inventory.taken_at)}</h1>
${list('What needs you', inventory.needs)}${list('What has changed', changes)}
${tables.join('\n')}
</html>`;
}
