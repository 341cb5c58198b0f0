import { html } from 'htm/preact';
import { Scroll } from './scroll.ts';
import type { CodeRow } from './values.ts';
import { count } from './words.ts';

/** Codes with what to do about them; `href` leads to the rows that have one, where they can be shown. */
export function Codes({ title, codes, href }: { title: string; codes: CodeRow[]; href?: (code: string) => string }) {
  if (codes.length === 0) return null;
  return html`<h2>${title}</h2>
    <${Scroll} label=${title}><table class="narrow">
      <thead><tr><th>Code</th><th class="number">Rows</th><th>What to do</th></tr></thead>
      <tbody>${codes.map(
        ({ code, count: rows, advice, sample }) => html`<tr key=${code}>
        <td>${href === undefined ? html`<code>${code}</code>` : html`<a href=${href(code)}>${code}</a>`}</td>
        <td class="number">${count(rows)}</td>
        <td class="name">${advice}${sample === undefined ? null : html`<div class="soft">${sample}</div>`}</td></tr>`,
      )}</tbody>
    </table><//>`;
}
