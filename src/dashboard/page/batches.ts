import { html } from 'htm/preact';
import { Scroll } from '../../report/html/page/scroll.ts';
import { count } from '../../report/html/page/words.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import type { Status } from './values.ts';

/** All batches of the state folder. */
export function Batches() {
  const { value, error } = useServer<Status[]>('/api/batches', 5_000);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the batches…" />`;
  return html`
    <h1>Batches</h1>
    <${Trouble} error=${error} />
    ${
      value.length === 0
        ? html`<p class="notice">There is no batch yet. "hostroll apply manifest.csv" begins one.</p>`
        : html`<${Scroll} label="Batches"><table>
          <thead><tr><th>Batch</th><th>State</th><th>Manifest</th><th class="number">Rows</th><th class="number">Edited</th><th class="number">Failed</th><th class="number">Open</th></tr></thead>
          <tbody>${value.map((batch) => html`<${Line} key=${batch.batch} ...${batch} />`)}</tbody>
        </table><//>`
    }`;
}

function Line({ batch, state, manifest, view }: Status) {
  const { edited = 0, failed = 0, gave_up = 0, unprocessed = 0 } = view?.outcomes ?? {};
  const failures = failed + gave_up;
  return html`<tr>
    <td><a href="/batch/${batch}">${batch}</a></td>
    <td>${state === 'running' ? (view?.stage ?? 'planning') : state}</td>
    <td class="name">${manifest?.path}</td>
    <td class="number">${manifest === undefined ? '' : count(manifest.rows)}</td>
    <td class="number">${view === undefined ? '' : count(edited)}</td>
    <td class="number ${failures > 0 ? 'bad' : ''}">${view === undefined ? '' : count(failures)}</td>
    <td class="number">${view === undefined ? '' : count(unprocessed)}</td>
  </tr>`;
}
