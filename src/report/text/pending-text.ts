import { type Finding, saidOnce, type Verdict } from '../../dcv/finding.ts';
import type { HostnamePhase } from '../../hostname/phase.ts';
import { WHO_ACTS } from '../../hostname/who-acts.ts';
import { printable } from '../../text/printable.ts';
import type { DeadlinesOrNull, PendingDcv, Report } from '../report.ts';
import { ROWS_SHOWN } from '../summary.ts';
import { stillToCome } from '../waiting-rows.ts';
import { formatInstant } from './format-time.ts';
import { ACTOR_WORDS, PHASE_WORDS } from './phase-words.ts';
import { publishRecords } from './publish-records.ts';
import { counted, formatCount, TEXT_WIDTH, wrapped } from './text-layout.ts';

/** Phases of hostnames that are not active, those first in which somebody must act. */
const ORDER: readonly HostnamePhase[] = [
  'stuck',
  'waiting_for_customer',
  'waiting_for_owner',
  'waiting_for_authority',
  'unrecognised',
  'validating',
  'issuing',
  'leaving',
];

/**
 * The hostnames that are not active, by phase and who must act: of all of them the number, of the `ROWS_SHOWN` with the
 * nearest deadlines what to publish. Checks that were to come before `now` (milliseconds since the epoch) are not said.
 */
export function pendingLines(report: Report, dim: (text: string) => string, now: number): string[] {
  const shown = report.pending_dcv
    .slice(0, ROWS_SHOWN)
    .map((pending) => ({ ...pending, deadlines: stillToCome(pending.deadlines, now) }));
  const lines = ORDER.filter((phase) => report.phases[phase] > 0).flatMap((phase) => [
    ...wrapped(
      `${counted(report.phases[phase], 'hostname')} ${PHASE_WORDS[phase]}: ${ACTOR_WORDS[WHO_ACTS[phase]]}`,
      '  ',
    ),
    ...shown.filter((pending) => pending.phase === phase).flatMap((pending) => hostnameLines(pending, dim)),
  ]);
  const more = report.pending_dcv_count - shown.length;
  return more > 0 ? [...lines, `  and ${formatCount(more)} more: see pending-dcv.csv`] : lines;
}

function hostnameLines(pending: PendingDcv, dim: (text: string) => string): string[] {
  const states = [pending.method, pending.status, pending.ssl_status].filter((state) => state !== null && state !== '');
  return [
    ...wrapped(
      `${pending.hostname ?? pending.custom_hostname_id ?? ''} (row ${pending.row}; ${states.join(', ')})${whoElse(pending)}`,
      '    ',
    ),
    ...deadlineTexts(pending.deadlines).flatMap((text) => wrapped(text, '      ')),
    ...recordLines(pending),
    ...pending.errors.flatMap((error) => wrapped(`! ${error}`, '      ').map(dim)),
    ...findingLines(pending.finding).map(dim),
  ];
}

/** Who must act, where a look has found that it is somebody else than the phase suggests. */
const whoElse = ({ phase, who_acts }: PendingDcv): string =>
  who_acts === WHO_ACTS[phase] ? '' : `: ${ACTOR_WORDS[who_acts]}`;

/** What was seen that made up the verdict; what is as it should be goes without saying. */
function findingLines(finding: Finding | null): string[] {
  if (finding === null) return [];
  const telling = finding.evidence.filter(({ verdict }) => verdict === finding.verdict);
  const at = formatInstant(finding.checked_at);
  if (telling.length === 0) return wrapped(`seen ${at}: ${SEEN_WORDS[finding.verdict]}`, '      ');
  return saidOnce(telling).flatMap((same) => {
    const names = [...new Set(same.map(({ name }) => printable(name)))].join(', ');
    const found = same.flatMap((one) => one.found ?? []);
    const there = found.length === 0 ? '' : `; there is ${found.map(printable).join(', ')}`;
    return wrapped(`seen ${at}: ${names}: ${printable(same[0]?.note ?? '')}${there}`, '      ');
  });
}

const SEEN_WORDS: Record<Verdict, string> = {
  ready: 'its check can pass now',
  missing: 'what should be published is not there',
  wrong: 'something else is published',
  caa_blocked: 'CAA records forbid the certificate authority',
  points_elsewhere: 'it leads somewhere else',
  domain_gone: 'its domain does not exist',
  refused: 'the certificate authority refuses',
  barred: 'Cloudflare keeps it from being activated',
  cannot_tell: 'nothing certain could be seen',
};

const DEADLINE_WORDS: readonly (readonly [keyof DeadlinesOrNull, string])[] = [
  ['hostname_lost', 'hostname lost'],
  ['token_dies', 'tokens die'],
  ['next_check', 'Cloudflare checks'],
];

/** Each deadline as a clause, e.g. "tokens die about 2026-03-11 12:00:05 UTC"; "about" marks an estimate. */
export const deadlineTexts = (deadlines: DeadlinesOrNull): string[] =>
  DEADLINE_WORDS.flatMap(([name, words]) => {
    const instant = deadlines[name];
    return instant === null ? [] : [`${words} ${instant.estimate ? 'about ' : ''}${formatInstant(instant.at)}`];
  });

/** Type, name and value in columns; the value below the name where the three do not fit side by side. Nothing is cut. */
function recordLines(pending: PendingDcv): string[] {
  const records = publishRecords(pending).map((record) => ({
    head: `      ${record.purpose.padEnd(11)}  ${record.type.padEnd(5)}  `,
    name: printable(record.name),
    value: printable(record.value),
  }));
  const nameWidth = Math.max(0, ...records.map(({ name }) => name.length));
  return records.flatMap(({ head, name, value }) => {
    if (name === '') return [head + value];
    const line = `${head}${name.padEnd(nameWidth)}  ${value}`;
    return line.length <= TEXT_WIDTH ? [line] : [head + name, ' '.repeat(head.length) + value];
  });
}
