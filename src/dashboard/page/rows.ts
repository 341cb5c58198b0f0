import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { Filters } from '../../report/html/page/filters.ts';
import { ROWS_AT_ONCE, RowTable } from '../../report/html/page/row-table.ts';
import { count } from '../../report/html/page/words.ts';
import { Acting, actsOn } from './acting.ts';
import { go } from './address.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import type { RowPage, View } from './values.ts';

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
};
const SORTS = ['hostname', 'deadline'];

interface RowsProps {
  batch: string;
  query: URLSearchParams;
  view: View;
  isFrozen: boolean;
  isReadOnly: boolean;
}

/** All rows, searched and filtered by what the address says. */
export function Rows({ batch, query, view, isFrozen, isReadOnly }: RowsProps) {
  const isMoving = !isFrozen && view.stage !== 'finished';
  const [isRead, setRead] = useState(false);
  const asked = new URLSearchParams(query);
  asked.set('limit', String(ROWS_AT_ONCE));
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
  const href = (row: number) => {
    const to = new URLSearchParams(query);
    to.set('row', String(row));
    return `/batch/${batch}/rows?${to}`;
  };
  const alike = Object.entries(value?.choices ?? {}).filter(([name, of]) => of.length > 1 || query.has(name));
  const code = view.errors.map((error) => error.code);
  const choices = { ...FILTERS, code, ...Object.fromEntries(alike), sort: SORTS };
  return html`
    <${Filters} choices=${choices} query=${query} change=${change} />
    <${Trouble} error=${error} />
    ${
      value === undefined
        ? html`<p class="notice" role="status">Reading rows…</p>`
        : html`
      <p role="status" class="soft">${count(value.matched)} of ${count(value.total)} rows${value.is_read ? '' : `; ${count(value.loaded)} are read so far`}</p>
      ${isReadOnly ? null : html`<${Acting} batch=${batch} acts=${actsOnRows(view, query, value.matched)} rows=${{ filter: filterOf(query), matched: value.matched, only: kindOf(query) }} />`}
      <${RowTable} rows=${value.rows} matched=${value.matched} offset=${offset} href=${href} move=${(to: number) => change('offset', String(to))} />`
    }`;
}

/** What the address says of rows, without what it says of the list. */
const filterOf = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries([...query].filter(([name]) => !['offset', 'row', 'sort'].includes(name)));

/** What a pause can be of: rows that are alike. */
const KINDS = ['zone', 'ca', 'method'];

/** The filter as a pause is given it; undefined where it says anything else. */
function kindOf(query: URLSearchParams): string | undefined {
  const filter = Object.entries(filterOf(query));
  const isKind = filter.length > 0 && filter.every(([name]) => KINDS.includes(name));
  return isKind ? filter.map((pair) => pair.join('=')).join(',') : undefined;
}

function actsOnRows(view: View, query: URLSearchParams, matched: number): string[] {
  if (matched === 0 || Object.keys(filterOf(query)).length === 0) return [];
  return actsOn(view).filter((act) => act === 'retry' || (act === 'pause' && kindOf(query) !== undefined));
}
