import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { time } from '../../report/html/page/words.ts';
import { Overview } from './overview.ts';
import { Pending } from './pending.ts';
import { Row } from './row.ts';
import { Rows } from './rows.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import { useView } from './use-view.ts';
import type { About } from './values.ts';

const TABS = { overview: 'Overview', rows: 'Rows', pending: 'Pending DCV' };

/** One batch, in the tab that the address names. */
export function Batch({
  batch,
  tab,
  query,
  isReadOnly,
}: {
  batch: string;
  tab: string;
  query: URLSearchParams;
  isReadOnly: boolean;
}) {
  const [isPlanned, setPlanned] = useState(false);
  const { value, error } = useServer<About>(`/api/batches/${batch}`, isPlanned ? undefined : 1_000);
  if (value?.about !== undefined && !isPlanned) setPlanned(true);
  const [isFrozen, setFrozen] = useState(false);
  const { view = value?.view ?? undefined, isLost, history } = useView(batch, isFrozen);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the batch…" />`;
  const { about, files } = value;
  return html`
    <h1>${value.batch}</h1>
    ${about === undefined ? null : html`<p class="soft">${about.manifest.path}, begun ${time(about.created_at)}${about.by ? ` by ${about.by.user} on ${about.by.host}` : ''}</p>`}
    <nav aria-label="Parts of the batch">
      ${Object.entries(TABS).map(([name, title]) => html`<a href="/batch/${batch}/${name}" aria-current=${tab === name ? 'page' : undefined}>${title}</a>`)}
      <button type="button" aria-pressed=${isFrozen} onClick=${() => setFrozen(!isFrozen)}>${isFrozen ? 'Follow again' : 'Freeze'}</button>
    </nav>
    ${isLost ? html`<${Trouble} error=${new Error()} />` : null}
    ${view === undefined || about === undefined ? html`<p class="notice">The batch is being planned.</p>` : html`<${Part} ...${{ batch, tab, query, view, history, files, isFrozen, isReadOnly, zones: about.zones, errors: value.view?.errors ?? [] }} />`}`;
}

type PartProps = Parameters<typeof Overview>[0] & { tab: string; query: URLSearchParams; zones: string[] };

function Part({ tab, query, ...props }: PartProps) {
  const row = query.get('row');
  if (tab === 'rows' && row !== null) return html`<${Row} batch=${props.batch} row=${row} query=${query} />`;
  if (tab === 'rows')
    return html`<${Rows} batch=${props.batch} query=${query} view=${props.view} isFrozen=${props.isFrozen} zones=${props.zones} />`;
  if (tab === 'pending') return html`<${Pending} batch=${props.batch} isFrozen=${props.isFrozen} />`;
  return html`<${Overview} ...${props} />`;
}
