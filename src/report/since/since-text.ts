import { formatInstant } from '../text/format-time.ts';
import { ACTOR_WORDS, PHASE_WORDS } from '../text/phase-words.ts';
import { counted, formatCount, wrapped } from '../text/text-layout.ts';
import { CHANGES, type ChangedHostname, type NearDeadline, type Since, type StateChange } from './since.ts';

const TITLES: Readonly<Record<StateChange, string>> = {
  newly_broken: 'Newly broken',
  flapping: 'Flapping: stopped being active by themselves, and not for the first time or not for long',
  still_pending: 'Still not active, the longest first',
  newly_active: 'Newly active',
};

const WORDS: Readonly<Record<StateChange, string>> = {
  newly_broken: 'newly broken',
  flapping: 'flapping',
  still_pending: 'still not active',
  newly_active: 'newly active',
};

/** What has changed, as lines of 80 columns: the deadlines of the next 48 hours first. `bold` marks titles. */
export function sinceLines(since: Since, bold: (text: string) => string): string[] {
  const counts = CHANGES.map((change) => `${formatCount(since.counts[change])} ${WORDS[change]}`).join(', ');
  const from = formatInstant(since.from);
  const head = `Since ${since.given}${from.startsWith(since.given) ? '' : ` (${from})`}: ${counts}`;
  return [
    ...wrapped(head, '').map(bold),
    ...section('Deadlines within 48 hours', since.deadlines.map(deadlineText), since.deadlines_count, bold),
    ...CHANGES.flatMap((change) =>
      section(
        TITLES[change],
        since[change].map((one) => changeText(change, one)),
        since.counts[change],
        bold,
      ),
    ),
    ...nightLines(since, bold),
    '',
  ];
}

function section(title: string, entries: string[], count: number, bold: (text: string) => string): string[] {
  if (count === 0) return [];
  const more = count > entries.length ? [`  and ${formatCount(count - entries.length)} more: see report.json`] : [];
  return ['', ...wrapped(title, '').map(bold), ...entries.flatMap((entry) => wrapped(entry, '  ')), ...more];
}

const nameOf = ({ hostname, custom_hostname_id: id }: ChangedHostname): string => hostname ?? id ?? '';
const whoActs = ({ phase, who_acts }: ChangedHostname): string => `${PHASE_WORDS[phase]}; ${ACTOR_WORDS[who_acts]}`;

function deadlineText(deadline: NearDeadline): string {
  const what = deadline.kind === 'hostname_lost' ? 'hostname lost' : 'tokens die';
  return `${deadline.estimate ? 'about ' : ''}${formatInstant(deadline.at)} ${nameOf(deadline)}: ${what}; ${ACTOR_WORDS[deadline.who_acts]}`;
}

function changeText(change: StateChange, one: ChangedHostname): string {
  const nights = counted(one.nights ?? 0, 'night');
  switch (change) {
    case 'newly_active':
      return nameOf(one);
    case 'newly_broken':
      return `${nameOf(one)}: ${whoActs(one)}`;
    case 'still_pending':
      return `${nameOf(one)}, ${nights}: ${whoActs(one)}`;
    case 'flapping':
      return `${nameOf(one)}: stopped being active ${counted(one.drops, 'time')}, became active ${counted(one.recoveries, 'time')}; now ${PHASE_WORDS[one.phase]}`;
  }
}

function nightLines({ nights, counts }: Since, bold: (text: string) => string): string[] {
  if (counts.still_pending === 0) return [];
  const rows = nights.map(
    ({ nights: passed, count }) => `${counted(count, 'hostname')} for ${counted(passed, 'night')}`,
  );
  return ['', bold('Nights without being active'), ...wrapped(rows.join(', '), '  ')];
}
