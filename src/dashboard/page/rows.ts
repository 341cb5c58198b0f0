import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { go } from './address.ts';
import { Scroll } from './scroll.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import { count, type ListedRow, type RowPage, time, type View, words } from './values.ts';

const LIMIT = 100;
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  outcome: ['edited', 'skipped', 'rejected', 'failed', 'gave_up', 'unprocessed'],
  phase: [
    'serving',
    'issuing',
    'validating',
    'waiting_for_customer',
    'waiting_for_owner',
    'waiting_for_authority',
    'stuck',
    'leaving',
    'unrecognised',
  ],
  who: ['operator', 'customer', 'owner', 'authority', 'cloudflare', 'nobody'],
  method: ['http', 'txt', 'email'],
  ca: ['google', 'lets_encrypt', 'ssl_com', 'digicert'],
  sort: ['row', 'hostname', 'deadline'],
};
const TITLES: Readonly<Record<string, string>> = {
  ...{
    outcome: 'Outcome',
    phase: 'Phase',
    who: 'Who acts',
    method: 'Method',
    ca: 'Authority',
    sort: 'Sorted by',
    code: 'Code',
  },
};

interface RowsProps {
  batch: string;
  query: URLSearchParams;
  view: View;
  isFrozen: boolean;
}

/** All rows, searched and filtered by what the address says. */
export function Rows({ batch, query, view, isFrozen }: RowsProps) {
  const isMoving = !isFrozen && view.stage !== 'finished';
  const [isRead, setRead] = useState(false);
  const asked = new URLSearchParams(query);
  asked.set('limit', String(LIMIT));
  const { value, error } = useServer<RowPage>(
    `/api/batches/${batch}/rows?${asked}`,
    isMoving || !isRead ? 2_000 : undefined,
  );
  if (value?.is_read === true && !isRead) setRead(true);
  const offset = Number(query.get('offset') ?? 0);
  const change = (name: string, to: string, replace = false) => {
    const next = new URLSearchParams(query);
    if (to === '') next.delete(name);
    else next.set(name, to);
    if (name !== 'offset') next.delete('offset');
    go(`/batch/${batch}/rows?${next}`, replace);
  };
  const chosen = (event: Event) => (event.target as HTMLInputElement).value;
  const codes = view.errors.map(({ code }) => code);
  return html`
    <form class="filters" role="search" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>Hostname<input type="search" value=${query.get('search') ?? ''} placeholder="part of the name" onInput=${(event: Event) => change('search', chosen(event), true)} /></label>
      ${Object.entries({ ...FILTERS, code: codes }).map(
        ([name, options]) => html`<label key=${name}>${TITLES[name] ?? words(name)}
        <select value=${query.get(name) ?? ''} onChange=${(event: Event) => change(name, chosen(event))}>
          <option value="">${name === 'sort' ? 'row' : 'any'}</option>
          ${options.filter((option) => !(name === 'sort' && option === 'row')).map((option) => html`<option key=${option} value=${option}>${words(option)}</option>`)}
        </select></label>`,
      )}
    </form>
    <${Trouble} error=${error} />
    ${
      value === undefined
        ? html`<p class="notice" role="status">Reading rows…</p>`
        : html`
      <p role="status" class="soft">${count(value.matched)} of ${count(value.total)} rows${value.is_read ? '' : `; ${count(value.loaded)} are read so far`}</p>
      <${Scroll} label="Rows"><table>
        <thead><tr><th class="number">Row</th><th>Hostname</th><th>Outcome</th><th>Code</th><th>Phase</th><th>Authority</th><th>Method</th><th>Deadline</th></tr></thead>
        <tbody>${value.rows.map((row) => html`<${Line} key=${row.row} row=${row} batch=${batch} query=${query} />`)}</tbody>
      </table><//>
      ${value.matched === 0 ? html`<p class="notice">No row matches.</p>` : null}
      <div class="actions">
        <button type="button" disabled=${offset === 0} onClick=${() => change('offset', String(Math.max(0, offset - LIMIT)))}>Previous</button>
        <button type="button" disabled=${offset + LIMIT >= value.matched} onClick=${() => change('offset', String(offset + LIMIT))}>Next</button>
      </div>`
    }`;
}

function Line({ row, batch, query }: { row: ListedRow; batch: string; query: URLSearchParams }) {
  const to = new URLSearchParams(query);
  to.set('row', String(row.row));
  const failed = row.outcome === 'failed' || row.outcome === 'gave_up';
  return html`<tr>
    <td class="number">${count(row.row)}</td>
    <td class="name"><a href="/batch/${batch}/rows?${to}">${row.hostname === '' ? `row ${row.row}` : row.hostname}</a></td>
    <td class=${failed ? 'bad' : row.outcome === 'edited' ? 'good' : ''}>${words(row.outcome)}</td>
    <td>${row.code}</td><td>${words(row.phase)}</td><td>${row.ca}</td><td>${row.method}</td><td>${time(row.deadline)}</td>
  </tr>`;
}
