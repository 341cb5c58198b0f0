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

/** What one sends to a customer: plain steps, every value in a block of its own, to be copied whole. */
export function markdown({ title, handOffs }: Group): string {
  const heading = title === undefined ? 'What is left to do' : `What is left to do for ${inline(title)}`;
  return `# ${heading}\n\n${ABOUT}\n\n${handOffs.map(section).join('\n')}`;
}

const ABOUT =
  'The names below are to lead to our service, with a certificate that browsers trust. Every name that is still to be set up is listed with what it needs. DNS records are set where the DNS of your domain is kept, mostly with the company that you registered it with.';

function section(handOff: HandOff): string {
  const records = [...handOff.records, ...caaRecords(handOff)];
  const facts = factsOf(handOff);
  const steps = records.flatMap((record, at) => [`${at + 1}. ${stepOf(record)}`, '', ...blocksOf(record)]);
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
  const dies = `Please do so before ${dayOf(token_dies)}: the values are good until then, and others follow.`;
  const lost = `If nothing has happened by ${dayOf(hostname_lost)}, this name is dropped and has to be set up again.`;
  const told = errors.filter((error) => TOLD_AS_IT_IS.has(complaintIn(error)));
  const wrong = (finding?.evidence ?? []).filter(({ verdict }) => verdict === finding?.verdict && !UNTOLD.has(verdict));
  return [
    ...(waits && token_dies !== null ? [dies] : []),
    ...(waits && hostname_lost !== null ? [lost] : []),
    ...told.map((error) => `The fault as we were told of it: ${inline(error)}`),
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
    return 'In your DNS, remove every record of this name, then add a CNAME record (or ALIAS, for a name without a part before the domain). It lets the name lead to us.';
  if (type === 'CAA') return 'In your DNS, add a CAA record. Leave other CAA records of that name as they are.';
  const why = purpose === 'ownership' ? 'It shows that the name is yours.' : 'It lets the certificate be issued.';
  if (type === 'TXT') return `In your DNS, add a TXT record. Leave other TXT records of that name as they are. ${why}`;
  if (type === 'CNAME') {
    const keep = 'Keep it: renewals need it, too.';
    return `In your DNS, remove every record of this name, then add a CNAME record. ${why} ${keep}`;
  }
  if (type === 'HTTP') return `On your web server, serve this body at this address, with status 200. ${why}`;
  return `Follow the link in the e-mail that is sent to one of these addresses. ${why}`;
}

function blocksOf({ type, name, value }: Step): string[] {
  const label = { TXT: 'Value', CAA: 'Value', CNAME: 'Target', HTTP: 'Body', EMAIL: 'Addresses' }[type];
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
