import { html } from 'htm/preact';
import { CopyButton } from './copy-button.ts';
import { FirstOnes } from './first-ones.ts';
import type { DnsRecord, WatchedRow } from './values.ts';
import { actorTitle, counted, phaseWords, time } from './words.ts';

/** Who must act, most urgent for the reader first. */
const ORDER = ['operator', 'customer', 'owner', 'authority', 'unknown', 'cloudflare', 'nobody'];

/** What is shown at once; a page with more opens slowly. */
const CUSTOMERS_AT_ONCE = 50;
const HOSTNAMES_AT_ONCE = 20;

interface Customer {
  customer: string;
  rows: WatchedRow[];
}

/** What can be done about one hostname, beside its records. */
export type Look = (row: WatchedRow) => unknown;

/** Hostnames that wait, by who must act and by customer; they come with the soonest deadline first. */
export function Customers({ rows, look }: { rows: readonly WatchedRow[]; look?: Look }) {
  const actors = new Map<string, Map<string, Customer>>();
  for (const row of rows) {
    const customers = actors.get(row.who ?? 'unknown') ?? new Map<string, Customer>();
    actors.set(row.who ?? 'unknown', customers);
    const { customer = row.hostname } = row;
    const one = customers.get(customer) ?? { customer, rows: [] };
    customers.set(customer, one);
    one.rows.push(row);
  }
  const sorted = [...actors].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return html`${sorted.map(([who, customers]) => html`<${Actor} key=${who} who=${who} customers=${[...customers.values()]} look=${look} />`)}`;
}

function Actor({ who, customers, look }: { who: string; customers: Customer[]; look?: Look }) {
  const hostnames = customers.reduce((sum, { rows }) => sum + rows.length, 0);
  return html`<section>
    <h3>${actorTitle(who)} <span class="soft">${counted(hostnames, 'hostname')}</span></h3>
    <${FirstOnes} all=${customers} atOnce=${CUSTOMERS_AT_ONCE} what="customer" show=${(one: Customer) => html`<${OneCustomer} key=${one.customer} ...${one} look=${look} />`} />
  </section>`;
}

function OneCustomer({ customer, rows, look }: Customer & { look?: Look }) {
  const first = rows[0]?.deadline;
  const hasRecords = rows.some(({ records = [] }) => records.length > 0);
  return html`<details>
    <summary><strong>${customer}</strong> <span class="soft">${counted(rows.length, 'hostname')}${first ? `, first deadline ${time(first)}` : ''}</span></summary>
    ${
      hasRecords
        ? html`<p class="actions"><${CopyButton} text=${() => textOf(customer, rows)} label="Copy all as text" />
      <${CopyButton} text=${() => markdownOf(customer, rows)} label="Copy all as Markdown" /></p>`
        : null
    }
    <${FirstOnes} all=${rows} atOnce=${HOSTNAMES_AT_ONCE} what="hostname" show=${(row: WatchedRow) => html`<${Waiting} key=${row.row} row=${row} look=${look} />`} />
  </details>`;
}

function Waiting({ row, look }: { row: WatchedRow; look?: Look }) {
  const { hostname, phase, deadline, errors = [], seen = [] } = row;
  return html`<section class="waiting">
    <h4>${hostname} <span class="soft">${phaseWords(phase)}${deadline ? `, until ${time(deadline)}` : ''}</span></h4>
    ${errors.map((text) => html`<p class="bad">${text}</p>`)}
    ${seen.map((text) => html`<p class="soft">${text}</p>`)}
    <${Records} records=${row.records ?? []} />
    ${look === undefined ? null : look(row)}
  </section>`;
}

/** What is to be published for one hostname, each with a button that copies it. */
export function Records({ records }: { records: readonly DnsRecord[] }) {
  return html`${records.map(
    (record) => html`<div class="record" key=${record.name + record.value}>
    <dl><dt>Type</dt><dd>${record.type}</dd>${record.name === '' ? null : html`<dt>Host</dt><dd><code>${record.name}</code></dd>`}<dt>Value</dt><dd><code>${record.value}</code></dd></dl>
    <${CopyButton} text=${() => lineOf(record)} label="Copy" /></div>`,
  )}`;
}

const lineOf = ({ name, type, value }: DnsRecord): string => `${name} ${type} ${value}`.trimStart();

const toBefore = ({ deadline }: WatchedRow): string => (deadline ? ` (before ${time(deadline)})` : '');

function textOf(customer: string, rows: readonly WatchedRow[]): string {
  const blocks = rows
    .filter(({ records = [] }) => records.length > 0)
    .map((row) =>
      [`${row.hostname}${toBefore(row)}`, ...(row.records ?? []).map((one) => `  ${lineOf(one)}`)].join('\n'),
    );
  return [`Records to publish for ${customer}`, ...blocks].join('\n\n');
}

/** A cell of a table: a bar would end it. */
const cell = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('`', '')}\``);

function markdownOf(customer: string, rows: readonly WatchedRow[]): string {
  const blocks = rows
    .filter(({ records = [] }) => records.length > 0)
    .map((row) =>
      [
        `**${row.hostname}**${toBefore(row)}`,
        '',
        '| Type | Host | Value |',
        '| --- | --- | --- |',
        ...(row.records ?? []).map(({ type, name, value }) => `| ${type} | ${cell(name)} | ${cell(value)} |`),
      ].join('\n'),
    );
  return [`## Records to publish for ${customer}`, ...blocks].join('\n\n');
}
