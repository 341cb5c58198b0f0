import { html } from 'htm/preact';
import { Codes } from './codes.ts';
import { Customers } from './customers.ts';
import { type Fact, Facts } from './facts.ts';
import { Filters } from './filters.ts';
import { Numbers } from './numbers.ts';
import { ROWS_AT_ONCE, RowTable } from './row-table.ts';
import { Scroll } from './scroll.ts';
import type { ReportPage, WatchedRow } from './values.ts';
import { OneRow } from './watched-row.ts';
import { count, counted } from './words.ts';

interface ReportProps {
  page: ReportPage;
  /** What rows are to be seen, as the address of the file says it behind `#`. */
  query: URLSearchParams;
  go: (query: URLSearchParams, replace?: boolean) => void;
}

/** The report of a batch: what came of it, what to do next, and the rows that somebody must look at. */
export function Report({ page, query, go }: ReportProps) {
  const { rows, verdict, codes } = page;
  const link = (name: string) => (value: string) => `#${new URLSearchParams({ [name]: value })}`;
  const isListed = new Set(rows.map(({ outcome }) => outcome));
  return html`
    <header><strong>hostroll report</strong><span class="soft">version ${page.version}</span></header>
    <main>
    <h1>${page.batch}</h1>
    <p class="verdict ${verdict.mood}">${verdict.line}</p>
    <h2>Rows by outcome</h2>
    <${Numbers} counts=${page.outcomes} href=${(name: string) => (isListed.has(name) ? link('outcome')(name) : undefined)} />
    <h2>Hostnames of the rows edited and skipped</h2>
    <${Numbers} counts=${page.hostnames} />
    ${page.phases.length === 0 ? null : html`<ul>${page.phases.map(({ text, count: number }) => html`<li key=${text}>${counted(number, 'hostname')} ${text}</li>`)}</ul>`}
    <${Texts} titles=${['What to do next']} page=${page} />
    ${codes.map((one) => html`<${Codes} key=${one.title} ...${one} href=${one.codes.some(({ code }) => rows.some((row) => row.code === code)) ? link('code') : undefined} />`)}
    <${Pending} rows=${rows} />
    <${ToLookAt} page=${page} query=${query} go=${go} />
    ${page.texts.filter(({ title }) => title !== 'What to do next').map(({ title }) => html`<${Texts} key=${title} titles=${[title]} page=${page} />`)}
    <h2>Batch</h2>
    <${Facts} facts=${page.facts as Fact[]} />
    <h2>Files beside this one</h2>
    <${Scroll} label="Files"><table><tbody>${page.files.map(({ name, does }) => html`<tr key=${name}><td><a href=${name}>${name}</a></td><td class="name">${does}</td></tr>`)}</tbody></table><//>
    </main>`;
}

function Texts({ page, titles }: { page: ReportPage; titles: string[] }) {
  return html`${page.texts.filter(({ title }) => titles.includes(title)).map(({ title, text }) => html`<h2 key=${title}>${title}</h2><pre>${text}</pre>`)}`;
}

const KINDS = ['outcome', 'code', 'phase', 'who', 'zone', 'ca', 'method'] as const;

function ToLookAt({ page: { rows, left_out, codes }, query, go }: ReportProps) {
  if (rows.length === 0) return null;
  const change = (name: string, to: string, replace = false) => {
    const next = new URLSearchParams(query);
    if (to === '') next.delete(name);
    else next.set(name, to);
    if (name !== 'offset') next.delete('offset');
    go(next, replace);
  };
  const choices = Object.fromEntries(
    KINDS.map((kind) => [kind, [...new Set(rows.flatMap((row) => row[kind] ?? []))].sort()] as const).filter(
      ([, options]) => options.length > 1,
    ),
  );
  const matching = rows.filter((row) => isWanted(row, query));
  const offset = Number(query.get('offset') ?? 0);
  const shown = rows.find(({ row }) => String(row) === query.get('row'));
  const advice = codes.flatMap((list) => list.codes).find(({ code }) => code === shown?.code)?.advice;
  const href = (row: number) => {
    const to = new URLSearchParams(query);
    to.set('row', String(row));
    return `#${to}`;
  };
  return html`
    <h2 id="rows">Rows to look at</h2>
    ${left_out === 0 ? null : html`<p class="notice wait">This file has room for ${counted(rows.length, 'row')}; ${count(left_out)} more are in the CSV files beside it.</p>`}
    <div class="needs-script"><${Filters} choices=${choices} query=${query} change=${change} /></div>
    <p role="status" class="soft">${count(matching.length)} of ${counted(rows.length, 'row')}</p>
    ${shown === undefined ? null : html`<${OneRow} row=${shown} advice=${advice} />`}
    <${RowTable} rows=${matching.slice(offset, offset + ROWS_AT_ONCE)} matched=${matching.length} offset=${offset} href=${href} move=${(to: number) => change('offset', to === 0 ? '' : String(to))} />`;
}

function isWanted(row: WatchedRow, query: URLSearchParams): boolean {
  const search = query.get('search')?.toLowerCase() ?? '';
  return (
    [row.hostname, ...Object.values(row.notes ?? {})].some((text) => text.toLowerCase().includes(search)) &&
    KINDS.every((kind) => !query.has(kind) || row[kind] === query.get(kind))
  );
}

function Pending({ rows }: { rows: WatchedRow[] }) {
  const waiting = rows.filter(({ who }) => who !== undefined);
  if (waiting.length === 0) return null;
  return html`<h2>Pending DCV, the nearest deadlines first</h2><${Customers} rows=${waiting} />`;
}
