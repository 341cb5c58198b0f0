import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { Scroll } from '../../report/html/page/scroll.ts';
import { count, time } from '../../report/html/page/words.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import type { Status } from './values.ts';

/** All batches of the state folder. */
export function Batches() {
  const [isEmpty, setEmpty] = useState(true);
  // The first one is waited for.
  const { value, error } = useServer<Status[]>('/api/batches', isEmpty ? 1_000 : 5_000);
  if (isEmpty && value !== undefined && value.length > 0) setEmpty(false);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the batches…" />`;
  return html`
    <h1>Batches</h1>
    <${Trouble} error=${error} />
    ${
      value.length === 0
        ? html`<p class="notice">There is no batch yet. "hostroll apply manifest.csv" begins one.</p>`
        : html`<${Scroll} label="Batches"><table>
          <thead><tr><th>Batch</th><th>State</th><th class="number">Rows</th><th class="number">Edited</th><th class="number">Failed</th><th class="number">Open</th><th>Manifest</th><th>By</th></tr></thead>
          <tbody>${value.map((batch) => html`<${Line} key=${batch.batch} ...${batch} />`)}</tbody>
        </table><//>`
    }`;
}

function Line({ batch, state, manifest, view, by, created_at, follows }: Status) {
  const { edited = 0, failed = 0, gave_up = 0, unprocessed = 0 } = view?.outcomes ?? {};
  const failures = failed + gave_up;
  return html`<tr>
    <td><a href="/batch/${batch}">${batch}</a></td>
    <td>${state === 'running' ? (view?.stage ?? 'planning') : state}
      ${view !== undefined && view.rows.total > 0 && state !== 'finished' ? html`<progress max=${view.rows.total} value=${view.rows.done} aria-label="Rows through this stage"></progress>` : null}</td>
    <td class="number">${manifest === undefined ? '' : count(manifest.rows)}</td>
    <td class="number">${view === undefined ? '' : count(edited)}</td>
    <td class="number ${failures > 0 ? 'bad' : ''}">${view === undefined ? '' : count(failures)}</td>
    <td class="number">${view === undefined ? '' : count(unprocessed)}</td>
    <td class="name">${follows === undefined ? manifest?.path : html`${follows.as} of <a href="/batch/${follows.batch}">${follows.batch}</a>`}</td>
    <td>${by === undefined ? '' : `${by.user} on ${by.host}`}<div class="soft">${time(created_at)}</div></td>
  </tr>`;
}
