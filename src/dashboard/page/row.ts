import { html } from 'htm/preact';
import { words } from '../../report/html/page/words.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';

interface WholeRow {
  planned: {
    hostname?: string;
    decision: string;
    effects: string[];
    code?: string;
    message?: string;
    before?: object;
    body?: object;
  };
  decided: {
    at: string;
    outcome: string;
    code?: string;
    message?: string;
    cf_ray?: string;
    http_status?: number;
    calls?: { read: number; edit: number };
  } | null;
  settled: { status: string; ssl_status?: string; phase?: string; errors?: string[] } | null;
  advice: string | null;
}

/** What happened to one row: what was planned, what was sent, what came back, how its hostname stands. */
export function Row({ batch, row, query }: { batch: string; row: string; query: URLSearchParams }) {
  const { value, error } = useServer<WholeRow>(`/api/batches/${batch}/rows/${row}`, 5_000);
  const back = new URLSearchParams(query);
  back.delete('row');
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading the row…" />`;
  const { planned, decided, settled, advice } = value;
  return html`
    <p><a href="/batch/${batch}/rows?${back}">Back to the rows</a></p>
    <h2>Row ${row}: ${planned.hostname ?? 'no hostname'}</h2>
    <dl>
      <dt>Planned</dt><dd>${words(planned.decision)}${planned.effects.length > 0 ? ` (${planned.effects.map(words).join(', ')})` : ''}</dd>
      ${planned.message ? html`<dt>Because</dt><dd>${planned.message}</dd>` : null}
      <dt>Outcome</dt><dd>${decided === null ? 'none yet' : words(decided.outcome)}</dd>
      ${decided?.message ? html`<dt>${decided.code}</dt><dd>${decided.message}</dd>` : null}
      ${advice === null ? null : html`<dt>What to do</dt><dd>${advice}</dd>`}
      ${decided?.calls ? html`<dt>Calls</dt><dd>${decided.calls.edit} edits, ${decided.calls.read} reads</dd>` : null}
      ${decided?.cf_ray ? html`<dt>cf-ray</dt><dd><code>${decided.cf_ray}</code></dd>` : null}
      ${settled === null ? null : html`<dt>Hostname</dt><dd>${words(settled.status)}, certificate ${words(settled.ssl_status ?? 'none')}${settled.phase ? `, ${words(settled.phase)}` : ''}</dd>`}
      ${settled?.errors?.length ? html`<dt>The API says</dt><dd>${settled.errors.join(' ')}</dd>` : null}
    </dl>
    ${
      planned.body === undefined
        ? null
        : html`
      <h2>Before</h2><pre>${JSON.stringify(planned.before ?? {}, null, 2)}</pre>
      <h2>Sent</h2><pre>${JSON.stringify(planned.body, null, 2)}</pre>`
    }`;
}
