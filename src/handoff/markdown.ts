import type { Actor } from '../hostname/actor.ts';
import { deadlineTexts } from '../report/text/pending-text.ts';
import type { PublishRecord } from '../report/text/publish-records.ts';
import { printable } from '../report/text/text-layout.ts';
import type { Group } from './grouping.ts';
import type { HandOff } from './hand-off.ts';
import { evidenceTexts } from './remarks.ts';

/** What one sends to a customer: plain steps, every value in a block of its own, to be copied whole. */
export function markdown({ title, handOffs }: Group): string {
  const heading = title === undefined ? 'Records to publish' : `Records to publish for ${inline(title)}`;
  return `# ${heading}\n\n${handOffs.map(section).join('\n')}`;
}

/** What is asked of the customer, whom the letter is for. */
const ASKED: Readonly<Record<Actor, string>> = {
  customer: 'It waits for you: please publish what follows.',
  operator: 'We have to act first; what follows may be published already.',
  owner: 'It waits for the owner of the domain, who has to release its hold at Cloudflare.',
  authority: 'It waits for the certificate authority; what follows has to stay published.',
  cloudflare: 'It is on its way.',
  nobody: 'It is being taken out of service.',
  unknown: 'We could not look at it yet; what follows has to be published.',
};

function section(handOff: HandOff): string {
  const { hostname, who_acts, deadlines, records, errors } = handOff;
  const facts = [
    ASKED[who_acts],
    ...deadlineTexts(deadlines).map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`),
    ...errors.map((error) => `Cloudflare says: ${inline(error)}`),
    ...evidenceTexts(handOff).map((text) => `${text.charAt(0).toUpperCase()}${inline(text.slice(1))}.`),
  ];
  const steps =
    records.length === 0
      ? ['There is nothing to publish for now.', '']
      : records.flatMap((record, at) => [`${at + 1}. ${stepOf(record)}`, '', ...blocksOf(record)]);
  return [`## ${inline(hostname)}`, '', ...facts.map((fact) => `- ${fact}`), '', ...steps].join('\n');
}

function stepOf({ type, purpose }: PublishRecord): string {
  const why = purpose === 'ownership' ? 'It proves that the hostname is yours.' : 'It lets the certificate be issued.';
  if (type === 'TXT') return `In your DNS, add a TXT record. Leave other TXT records of that name as they are. ${why}`;
  if (type === 'CNAME') {
    const keep = 'Keep it: renewals need it, too.';
    return `In your DNS, remove every record of this name, then add a CNAME record. ${why} ${keep}`;
  }
  if (type === 'HTTP') return `On your web server, serve this body at this address, with status 200. ${why}`;
  return `Follow the link in the e-mail that is sent to one of these addresses. ${why}`;
}

function blocksOf({ type, name, value }: PublishRecord): string[] {
  const label = { TXT: 'Value', CNAME: 'Target', HTTP: 'Body', EMAIL: 'Addresses' }[type];
  return [
    ...(name === '' ? [] : [`   ${type === 'HTTP' ? 'Address' : 'Name'}:`, '', ...block(name)]),
    `   ${label}:`,
    '',
    ...block(value),
  ];
}

/** A fence longer than any run of backticks in `text`, which therefore cannot end it. */
function block(text: string): string[] {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return [`   ${fence}text`, `   ${printable(text)}`, `   ${fence}`, ''];
}

/** Text that Markdown leaves as it is. */
const inline = (text: string): string => printable(text).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
