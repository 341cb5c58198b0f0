import { html } from 'htm/preact';
import { CopyButton } from './copy-button.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';
import { type DnsRecord, time, type Waiting, words } from './values.ts';

const WHO: Readonly<Record<string, string>> = {
  operator: 'You must act',
  customer: 'The customer must act',
  owner: 'The owner must release the hold at Cloudflare',
  authority: 'The authority must act, or another is chosen',
  cloudflare: 'Cloudflare is at work',
  unknown: 'Who must act is not known',
};
const ORDER = Object.keys(WHO);

/** Hostnames that wait, by who must act and by customer, with the records to publish. */
export function Pending({ batch, isFrozen }: { batch: string; isFrozen: boolean }) {
  const { value, error } = useServer<Waiting[]>(`/api/batches/${batch}/pending`, isFrozen ? undefined : 10_000);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading what is pending…" />`;
  if (value.length === 0) return html`<p class="notice">No hostname of this batch is known to wait.</p>`;
  const sorted = [...value].sort((a, b) => ORDER.indexOf(a.who) - ORDER.indexOf(b.who));
  return html`<${Trouble} error=${error} />
    <p class="soft">Those with the nearest deadlines first, 500 at most; pending-dcv.csv has all.</p>
    ${sorted.map(
      ({ who, customers }) => html`<section key=${who}>
      <h2>${WHO[who] ?? words(who)}</h2>
      ${customers.map((customer) => html`<${Customer} key=${customer.customer} ...${customer} />`)}
    </section>`,
    )}`;
}

function Customer({ customer, hostnames }: Waiting['customers'][number]) {
  const first = hostnames[0]?.deadline;
  return html`<details>
    <summary>${customer}: ${hostnames.length} ${hostnames.length === 1 ? 'hostname' : 'hostnames'}${first ? `, first deadline ${time(first)}` : ''}</summary>
    <p class="actions"><${CopyButton} text=${() => hostnames.map(textOf).join('\n\n')} label="Copy all as text" />
      <${CopyButton} text=${() => hostnames.map(markdownOf).join('\n\n')} label="Copy all as Markdown" /></p>
    ${hostnames.map(
      (hostname) => html`<section key=${hostname.row}>
      <h3>${hostname.hostname} <span class="soft">${words(hostname.phase)}${hostname.deadline ? `, until ${time(hostname.deadline)}` : ''}</span></h3>
      ${hostname.errors.map((text) => html`<p class="bad">${text}</p>`)}
      ${hostname.records.map(
        (record) => html`<div class="record" key=${record.name + record.value}>
        <dl><dt>Type</dt><dd>${record.type}</dd><dt>Host</dt><dd><code>${record.name}</code></dd><dt>Value</dt><dd><code>${record.value}</code></dd></dl>
        <${CopyButton} text=${() => lineOf(record)} label="Copy" /></div>`,
      )}
    </section>`,
    )}
  </details>`;
}

type Hostname = Waiting['customers'][number]['hostnames'][number];

const lineOf = ({ name, type, value }: DnsRecord): string => `${name} ${type} ${value}`;
const textOf = ({ hostname, records }: Hostname): string =>
  [hostname, ...records.map((record) => `  ${lineOf(record)}`)].join('\n');
const markdownOf = ({ hostname, records }: Hostname): string =>
  [
    `**${hostname}**`,
    '',
    '| Type | Host | Value |',
    '| --- | --- | --- |',
    ...records.map(({ type, name, value }) => `| ${type} | \`${name}\` | \`${value}\` |`),
  ].join('\n');
