import { html } from 'htm/preact';
import { Records } from './customers.ts';
import { Facts } from './facts.ts';
import type { WatchedRow } from './values.ts';
import { actorTitle, phaseWords, time, words } from './words.ts';

/** What is known of one row, and what to do about it. */
export function OneRow({ row, advice, as = 'h3' }: { row: WatchedRow; advice: string | undefined; as?: 'h2' | 'h3' }) {
  const { code, message, cf_ray, who, status, ssl_status, deadline, errors = [], not_shown = [] } = row;
  return html`<section class="panel">
    <${as}>Row ${row.row}: ${row.hostname || 'no hostname'}<//>
    <${Facts} facts=${[
      ['Outcome', words(row.outcome)],
      [code ?? '', message],
      ['What to do', advice],
      ['cf-ray', cf_ray && html`<code>${cf_ray}</code>`],
      ['Hostname', [words(status), ssl_status && `certificate ${words(ssl_status)}`].filter(Boolean).join(', ')],
      ['Phase', [row.phase && phaseWords(row.phase), who && actorTitle(who)].filter(Boolean).join('. ')],
      ['Deadline', time(deadline)],
      ['The API says', errors.join(' ')],
      ['Seen', (row.seen ?? []).join(' ')],
      ...Object.entries(row.notes ?? {}),
      ['Not shown by the API', not_shown.join(', ')],
    ]} />
    <${Records} records=${row.records ?? []} />
  </section>`;
}
