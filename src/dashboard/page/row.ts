import { html } from 'htm/preact';
import { Scroll } from '../../report/html/page/scroll.ts';
import type { WatchedRow } from '../../report/html/page/values.ts';
import { OneRow } from '../../report/html/page/watched-row.ts';
import { counted, time, words } from '../../report/html/page/words.ts';
import { Log } from './log.ts';
import { LookAgain } from './look-again.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';

interface WholeRow {
  watched: WatchedRow;
  /** What `hostroll why` says. */
  why: {
    waits: { reason: string; until: string | null }[];
    outcome: { at: string | null; calls?: { read: number; edit: number }; http_status?: number } | null;
    changes: { path: string; before: unknown; after: unknown }[];
  };
  planned: { decision: string; effects: string[]; before?: object; body?: object };
  advice: string | null;
}

/** What happened to one row and what it waits for: plan, before and after, calls, outcome, how its hostname stands. */
export function Row({ batch, row, query }: { batch: string; row: string; query: URLSearchParams }) {
  const path = `/api/batches/${batch}/rows/${row}`;
  const { value, error } = useServer<WholeRow>(path, 5_000);
  const back = new URLSearchParams(query);
  back.delete('row');
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the row…" />`;
  const { watched, why, planned, advice } = value;
  const { outcome, waits, changes } = why;
  return html`
    <p><a href="/batch/${batch}/rows?${back}">Back to the rows</a></p>
    <${OneRow} row=${watched} advice=${advice ?? undefined} as="h2" />
    ${
      waits.length === 0
        ? null
        : html`<h2>It waits, for all of this</h2>
      <ul>${waits.map(({ reason, until }) => html`<li key=${reason}>${reason}${until === null ? '' : `, until ${time(until)}`}</li>`)}</ul>`
    }
    <h2>Plan</h2>
    <p>${words(planned.decision)}${planned.effects.length > 0 ? ` (${planned.effects.map(words).join(', ')})` : ''}${outcome?.calls ? `; ${counted(outcome.calls.read, 'read')} and ${counted(outcome.calls.edit, 'edit')}` : ''}</p>
    ${
      changes.length === 0
        ? null
        : html`<${Scroll} label="Changes"><table><thead><tr><th>Field</th><th>Before</th><th>After</th></tr></thead>
      <tbody>${changes.map(({ path: field, before, after }) => html`<tr key=${field}><td><code>${field}</code></td><td class="name"><code>${JSON.stringify(before)}</code></td><td class="name"><code>${JSON.stringify(after)}</code></td></tr>`)}</tbody></table><//>`
    }
    ${planned.body === undefined ? null : html`<details><summary>The whole body</summary><pre>${JSON.stringify(planned.body, null, 2)}</pre></details>`}
    <${LookAgain} path=${path} isAsked=${watched.who !== undefined} />
    <${Log} title="What happened" path=${`${path}/told`} key=${`${watched.outcome} ${watched.status} ${watched.ssl_status}`} />`;
}
