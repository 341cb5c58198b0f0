import { ACTOR_WORDS } from '../../hostname/phase-words.ts';
import { formatInstant } from '../../text/format-time.ts';
import { clipped, counted, formatCount, wrapped } from '../../text/text-layout.ts';
import { CHANGES, type ChangedHostname, type NearDeadline, type Since, type StateChange } from './since.ts';

const TITLES: Readonly<Record<StateChange, string>> = {
  newly_broken: 'Newly broken',
  flapping: 'Flapping (stopped being active by themselves, and again or not for long)',
  still_pending: 'Still not active, the longest first',
  newly_active: 'Newly active',
};

const WORDS: Readonly<Record<StateChange, string>> = {
  newly_broken: 'newly broken',
  flapping: 'flapping',
  still_pending: 'still not active',
  newly_active: 'newly active',
};

/** Deadlines that are said one by one. */
const DEADLINES_SHOWN = 3;

/** What has changed, in thirteen lines at most: the deadlines of the next 48 hours first. `bold` marks titles. */
export function sinceLines(since: Since, bold: (text: string) => string): string[] {
  const counts = CHANGES.map((change) => `${formatCount(since.counts[change])} ${WORDS[change]}`).join(', ');
  const from = formatInstant(since.from);
  const head = `Since ${since.given}${from.startsWith(since.given) ? '' : ` (${from})`}: ${counts}`;
  const deadlines = since.deadlines.slice(0, DEADLINES_SHOWN);
  const more = since.deadlines_count - deadlines.length;
  return [
    ...clipped(wrapped(head, ''), 2).map(bold),
    ...(deadlines.length === 0
      ? []
      : [`  Deadlines within 48 hours${more > 0 ? `, and ${formatCount(more)} more` : ''}`]),
    ...deadlines.flatMap((one) => clipped(wrapped(deadlineText(one), '    '), 1)),
    ...CHANGES.flatMap((change) => changeLines(since, change)),
    '',
  ];
}

/** The first hostnames of a change; those that wait are counted by the nights that they have been waiting. */
function changeLines({ counts, nights, ...since }: Since, change: StateChange): string[] {
  if (counts[change] === 0) return [];
  const names = since[change].slice(0, 3).map(nameOf);
  const more = counts[change] - names.length;
  const rest = more > 0 ? `, and ${formatCount(more)} more` : '';
  const long = nights
    .map(({ nights: passed, count }) => `${formatCount(count)} for ${counted(passed, 'night')}`)
    .join(', ');
  const title = change === 'still_pending' ? `${TITLES[change]} (${long})` : TITLES[change];
  return clipped(wrapped(`${title}: ${names.join(', ')}${rest}`, '  '), 2);
}

const nameOf = ({ hostname, custom_hostname_id: id }: ChangedHostname): string => hostname ?? id ?? '';

function deadlineText(deadline: NearDeadline): string {
  const what = deadline.kind === 'hostname_lost' ? 'hostname lost' : 'records expire';
  return `${deadline.estimate ? 'about ' : ''}${formatInstant(deadline.at)} ${nameOf(deadline)}: ${what}; ${ACTOR_WORDS[deadline.who_acts]}`;
}
