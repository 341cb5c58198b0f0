import { html } from 'htm/preact';
import { Scroll } from '../../report/html/page/scroll.ts';
import { count, words } from '../../report/html/page/words.ts';
import { useServer } from './use-server.ts';
import type { CertificateChange } from './values.ts';

/** Authority and method before and after, and how many hostnames are served so by now; `known`: outcomes and hostnames active. */
export function Certificates({ batch, known }: { batch: string; known: number }) {
  // Asked anew as more is known, not all the time: all rows are looked through.
  const { value } = useServer<CertificateChange[]>(`/api/batches/${batch}/certificates?known=${roughly(known)}`);
  if (value === undefined || value.length === 0) return null;
  const isUploaded = value.some((change) => change.new + change.another > 0);
  return html`<h2>Certificates before and after</h2>
    <${Scroll} label="Certificates before and after"><table>
      <thead><tr><th>Before</th><th>After</th><th class="number">Rows</th><th class="number">Active so</th><th class="number">Waiting</th>
        ${isUploaded ? html`<th class="number">Served by the new</th><th class="number">By another</th>` : null}</tr></thead>
      <tbody>${value.map(
        (
          change,
        ) => html`<tr key=${change.before + change.after}><td>${words(change.before)}</td><td>${words(change.after)}</td>
        <td class="number">${count(change.rows)}</td><td class="number good">${count(change.active)}</td><td class="number">${count(change.waiting)}</td>
        ${isUploaded ? html`<td class="number">${count(change.new)}</td><td class="number">${count(change.another)}</td>` : null}</tr>`,
      )}</tbody>
    </table><//>`;
}

/** The number with two digits: it changes a hundred times at most in each order of magnitude. */
const roughly = (number: number): string => number.toPrecision(2);
