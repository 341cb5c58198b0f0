import { saidOnce } from '../dcv/finding.ts';
import { issuersOf } from '../dcv/look-caa.ts';
import { registrableDomain } from '../dns/registrable-domain.ts';
import { type Complaint, complaintIn } from '../hostname/complaint.ts';
import type { Instant } from '../hostname/deadlines.ts';
import type { PublishRecord } from '../report/text/publish-records.ts';
import { printable } from '../text/printable.ts';
import type { Group } from './grouping.ts';
import type { HandOff } from './hand-off.ts';
import { leadOf } from './letter-lead.ts';

/** What one sends to a customer: plain steps, every value in a block of its own, to be copied whole; in a template, where one is given. */
export function markdown({ title, handOffs }: Group, template = LETTER): string {
  const to = title === undefined ? '' : ` for ${inline(title)}`;
  const names = handOffs.map(({ hostname }) => `- ${inline(hostname)}\n`).join('');
  const parts: Record<string, string> = { to, names, steps: handOffs.map(section).join('\n') };
  return template.replace(PLACES, (_, name: string) => parts[name] ?? '');
}

/** What a template may name: `{{to}}` (" for acme.net", or nothing), `{{names}}` as a list, and `{{steps}}`, without which it is no letter. */
const PLACES = /\{\{(to|names|steps)\}\}/g;

/** Why a text cannot be a template; undefined where it can. */
export function templateFault(text: string): string | undefined {
  if (!text.includes('{{steps}}')) return 'it has no {{steps}}, in whose place what is to be done stands';
  const unknown = /\{\{[^}]*\}\}/.exec(text.replace(PLACES, ''))?.[0];
  return unknown === undefined
    ? undefined
    : `${printable(unknown)} stands for nothing; there are {{to}}, {{names}} and {{steps}}`;
}

const ABOUT = `Hello,

some of your web addresses are not fully set up with us yet. Each of them is listed below, with what it needs before visitors reach it safely.

You add DNS records where your domain is managed: mostly at the company you bought it from, under "DNS" or "DNS records". If somebody else looks after your domain, please send this on to them. A change can take an hour to show; we look again by ourselves. If anything is unclear, just ask us.`;

const LETTER = `# Your web addresses: what is left to do{{to}}\n\n${ABOUT}\n\n{{steps}}`;

function section(handOff: HandOff): string {
  const records = [...handOff.records, ...caaRecords(handOff)];
  const facts = factsOf(handOff);
  const steps = records.flatMap((record, at) => [
    `${at + 1}. ${stepOf(record)}`,
    '',
    ...blocksOf(record, registrableDomain(handOff.hostname)),
  ]);
  return [
    ...[`## ${inline(handOff.hostname)}`, '', leadOf(handOff), ''],
    ...(facts.length === 0 ? [] : [...facts.map((fact) => `- ${fact}`), '']),
    ...steps,
  ].join('\n');
}

/** Until when, what we saw that is not right, and the fault as Cloudflare tells it where our own words do not. */
function factsOf({ who_acts, deadlines, errors, finding, records }: HandOff): string[] {
  const { token_dies, hostname_lost } = deadlines;
  const waits = records.length > 0 && who_acts !== 'nobody';
  const dies = `Please do this before ${dayOf(token_dies)}. After that the values below no longer work, and we send you new ones.`;
  const lost = `If it is not done by ${dayOf(hostname_lost)}, this address is removed, and we have to begin again.`;
  const told = errors.filter((error) => TOLD_AS_IT_IS.has(complaintIn(error)));
  const wrong = (finding?.evidence ?? []).filter(({ verdict }) => verdict === finding?.verdict && !UNTOLD.has(verdict));
  return [
    ...(waits && token_dies !== null ? [dies] : []),
    ...(waits && hostname_lost !== null ? [lost] : []),
    ...told.map((error) => `The fault, as we were told: ${inline(error)}`),
    ...saidOnce(wrong).map((same) => {
      const names = [...new Set(same.map(({ name }) => inline(name)))].join(', ');
      return `What we saw at ${names} on ${(finding?.checked_at ?? '').slice(0, 10)}: ${inline(same[0]?.note ?? '')}.`;
    }),
  ];
}

/** Complaints that only the operator of the customer's DNS can make something of. */
const TOLD_AS_IT_IS: ReadonlySet<Complaint> = new Set(['dns', 'other']);
/** What is in order, or says nothing, and what the first sentence has said. */
const UNTOLD: ReadonlySet<string> = new Set(['ready', 'cannot_tell', 'barred', 'refused']);

/** The day of an instant in words: "14 December 2026". */
const dayOf = (instant: Instant | null): string =>
  instant === null
    ? ''
    : new Date(instant.at).toLocaleDateString('en-GB', {
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      });

type Step = Omit<PublishRecord, 'purpose' | 'type'> & {
  purpose: PublishRecord['purpose'];
  type: PublishRecord['type'] | 'CAA';
};

/** CAA records that let the authority issue, where those that are there do not. */
function caaRecords({ hostname, certificate_authority, errors, finding }: HandOff): Step[] {
  const seen = finding?.evidence.find(({ verdict }) => verdict === 'caa_blocked');
  if (seen === undefined && (finding !== undefined || !errors.some((error) => complaintIn(error) === 'caa'))) return [];
  const [issuer] = seen?.expected ?? issuersOf(certificate_authority ?? '');
  const name = seen?.name ?? registrableDomain(hostname);
  if (issuer === undefined) return [];
  const tag = hostname.startsWith('*.') ? 'issuewild' : 'issue';
  return [{ purpose: 'certificate', type: 'CAA', name, value: `0 ${tag} "${issuer}"` }];
}

function stepOf({ type, purpose }: Step): string {
  if (purpose === 'routing')
    return 'Remove every record that this host has, then add this CNAME record (or ALIAS, where the host is @). It leads visitors to us.';
  if (type === 'CAA') return 'Add this CAA record. Leave other CAA records of the same host as they are.';
  const why =
    purpose === 'ownership'
      ? 'It shows that the address is yours.'
      : 'It lets us get the certificate that browsers ask for.';
  if (type === 'TXT') return `Add this TXT record. Leave other TXT records of the same host as they are. ${why}`;
  if (type === 'CNAME') {
    const keep = 'Please keep it: renewals need it, too.';
    return `Remove every record that this host has, then add this CNAME record. ${why} ${keep}`;
  }
  if (type === 'HTTP')
    return `On your web server, put a file with this content at this address (it answers with status 200). ${why}`;
  return `Follow the link in the e-mail that is sent to one of these addresses. ${why}`;
}

/** The fields that a form of a DNS company has (host, type, value), or where to put a file and what is in it. */
function blocksOf({ type, name, value }: Step, domain: string): string[] {
  const field = (label: string, text: string) => [`   ${label}:`, '', ...block(text)];
  if (type === 'EMAIL') return field('Addresses', value);
  if (type === 'HTTP') return [...field('Address', name), ...field('Content', value)];
  const host = hostIn(name, domain);
  return [
    ...field('Type', type),
    ...field('Host', host),
    ...(host === name ? [] : field('or, where the form asks for the whole name', name)),
    ...field(type === 'CNAME' ? 'Value (or Target)' : 'Value', value),
  ];
}

/** A name as forms want it that add the domain by themselves: `_acme-challenge.shop` of `_acme-challenge.shop.acme.net`. */
function hostIn(name: string, domain: string): string {
  if (name === domain) return '@';
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name;
}

/** A fence longer than any run of backticks in `text`, which therefore cannot end it. */
function block(text: string): string[] {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return [`   ${fence}text`, `   ${printable(text)}`, `   ${fence}`, ''];
}

/** Text that Markdown leaves as it is. */
const inline = (text: string): string => printable(text).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
