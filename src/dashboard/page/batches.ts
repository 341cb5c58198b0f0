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
        : html`<${Scroll} label="Batches"><table class="narrow">
          <thead><tr><th>Batch</th><th>State</th>${['Rows', 'Edited', 'Skipped', 'Failed', 'Pending', 'Open'].map((title) => html`<th class="number wide">${title}</th>`)}</tr></thead>
          <tbody>${value.map((batch) => html`<${Line} key=${batch.batch} ...${batch} />`)}</tbody>
        </table><//>`
    }`;
}

function Line({ batch, state, manifest, view, by, created_at, follows }: Status) {
  const { edited = 0, skipped = 0, rejected = 0, failed = 0, gave_up = 0, unprocessed = 0 } = view?.outcomes ?? {};
  const failures = failed + gave_up + rejected;
  const pending = view?.settled.pending ?? 0;
  const number = (of: number, tone = '') =>
    html`<td class="number wide ${of > 0 ? tone : 'soft'}">${view === undefined ? '' : count(of)}</td>`;
  // Where there is no room for columns.
  const counts = Object.entries({ edited, skipped, failed: failures, pending, open: unprocessed });
  const inWords = counts.flatMap(([what, of]) => (of > 0 ? [`${count(of)} ${what}`] : [])).join(', ');
  return html`<tr>
    <td><a href="/batch/${batch}">${batch}</a>
      <div>${follows === undefined ? manifest?.path : html`${follows.as} of <a href="/batch/${follows.batch}">${follows.batch}</a>`}</div>
      <div class="soft">${time(created_at)}${by === undefined ? '' : `, ${by.user} on ${by.host}`}</div>
      <div class="slim">${inWords}</div></td>
    <td>${state === 'running' ? (view?.stage ?? 'planning') : state}
      ${view !== undefined && view.rows.total > 0 && state !== 'finished' ? html`<progress max=${view.rows.total} value=${view.rows.done} aria-label="Rows through this stage"></progress>` : null}</td>
    <td class="number wide">${manifest === undefined ? '' : count(manifest.rows)}</td>
    ${number(edited)}${number(skipped)}${number(failures, 'bad')}${number(pending, 'wait')}${number(unprocessed)}
  </tr>`;
}
