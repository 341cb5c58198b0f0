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
import type { About, Follower } from './values.ts';

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
  const { view = value?.view ?? undefined, error: lost } = useView(batch, isFrozen);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the batch…" />`;
  const { about, files } = value;
  return html`
    <h1>${value.batch}</h1>
    ${about === undefined ? null : html`<p class="soft">${about.manifest.path}, begun ${time(about.created_at)}${about.by ? ` by ${about.by.user} on ${about.by.host}` : ''}</p>`}
    <${Campaign} follows=${about?.follows} followers=${value.followers} />
    <nav aria-label="Parts of the batch">
      ${Object.entries(TABS).map(([name, title]) => html`<a href="/batch/${batch}/${name}" aria-current=${tab === name ? 'page' : undefined}>${title}</a>`)}
      <button type="button" aria-pressed=${isFrozen} onClick=${() => setFrozen(!isFrozen)}>${isFrozen ? 'Follow again' : 'Freeze'}</button>
    </nav>
    <${Trouble} error=${lost} />
    ${view === undefined || about === undefined ? html`<p class="notice">The batch is being planned.</p>` : html`<${Part} ...${{ batch, tab, query, view, files, isFrozen, isReadOnly, errors: value.view?.errors ?? [] }} />`}`;
}

/** The batches that this one's rows come from, and go on in. */
function Campaign({ follows, followers }: { follows: Follower | undefined; followers: Follower[] }) {
  if (follows === undefined && followers.length === 0) return null;
  const link = ({ batch }: Follower) => html`<a href="/batch/${batch}">${batch}</a> `;
  return html`<p class="soft">${follows === undefined ? null : html`This ${follows.as === 'undo' ? 'takes back' : 'retries'} ${link(follows)}`}
    ${followers.map((one) => html`<span key=${one.batch}>${one.as === 'undo' ? 'Taken back' : 'Retried'} by ${link(one)}</span>`)}</p>`;
}

type PartProps = Parameters<typeof Overview>[0] & { tab: string; query: URLSearchParams };

function Part({ tab, query, ...props }: PartProps) {
  const row = query.get('row');
  if (tab === 'rows' && row !== null) return html`<${Row} batch=${props.batch} row=${row} query=${query} />`;
  if (tab === 'rows')
    return html`<${Rows} batch=${props.batch} query=${query} view=${props.view} isFrozen=${props.isFrozen} isReadOnly=${props.isReadOnly} />`;
  if (tab === 'pending') return html`<${Pending} batch=${props.batch} isFrozen=${props.isFrozen} />`;
  return html`<${Overview} ...${props} />`;
}
