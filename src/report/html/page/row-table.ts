import { html } from 'htm/preact';
import { Scroll } from './scroll.ts';
import type { ListedRow } from './values.ts';
import { count, phaseWords, time, words } from './words.ts';

/** Rows that are shown at once. */
export const ROWS_AT_ONCE = 100;

interface RowTableProps {
  rows: readonly ListedRow[];
  /** How many match, and which of them is the first one here. */
  matched: number;
  offset: number;
  href: (row: number) => string;
  move: (offset: number) => void;
}

/** One page of the rows that match, and the way to the others. */
export function RowTable({ rows, matched, offset, href, move }: RowTableProps) {
  const notes = Object.keys(rows[0]?.notes ?? {});
  if (matched === 0) return html`<p class="notice">No row matches.</p>`;
  return html`
    <${Scroll} label="Rows"><table>
      <thead><tr><th class="number">Row</th><th>Hostname</th><th>Outcome</th><th>Code</th><th>Phase</th><th>Authority</th><th>Method</th><th>Deadline</th>${notes.map((name) => html`<th key=${name}>${name.replace(/^note\./, '')}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<${Line} key=${row.row} row=${row} href=${href(row.row)} />`)}</tbody>
    </table><//>
    ${
      matched <= ROWS_AT_ONCE
        ? null
        : html`<div class="actions pages">
      <button type="button" disabled=${offset === 0} onClick=${() => move(Math.max(0, offset - ROWS_AT_ONCE))}>Previous</button>
      <span class="soft">${count(offset + 1)} to ${count(Math.min(offset + ROWS_AT_ONCE, matched))} of ${count(matched)}</span>
      <button type="button" disabled=${offset + ROWS_AT_ONCE >= matched} onClick=${() => move(offset + ROWS_AT_ONCE)}>Next</button>
    </div>`
    }`;
}

const TONES: Readonly<Record<string, string>> = { failed: 'bad', gave_up: 'bad', rejected: 'bad', edited: 'good' };

function Line({ row, href }: { row: ListedRow; href: string }) {
  return html`<tr>
    <td class="number">${count(row.row)}</td>
    <td class="name"><a href=${href}>${row.hostname === '' ? `row ${row.row}` : row.hostname}</a></td>
    <td class=${TONES[row.outcome] ?? ''}>${words(row.outcome)}</td>
    <td>${row.code}</td><td>${row.phase ? phaseWords(row.phase) : ''}</td><td>${words(row.ca)}</td><td>${row.method}</td><td>${time(row.deadline)}</td>
    ${Object.entries(row.notes ?? {}).map(([name, text]) => html`<td key=${name} class="name">${text}</td>`)}
  </tr>`;
}
