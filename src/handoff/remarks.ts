import { saidOnce } from '../dcv/finding.ts';
import { ACTOR_WORDS, PHASE_WORDS } from '../hostname/phase-words.ts';
import { deadlineTexts } from '../report/text/deadline-texts.ts';
import type { PublishRecord } from '../report/text/publish-records.ts';
import { formatInstant } from '../text/format-time.ts';
import { printable } from '../text/printable.ts';
import type { HandOff } from './hand-off.ts';

/**
 * What a file of records says about a hostname beside them, in lines without control characters: how far it is, who must
 * act, until when, and what is wrong.
 */
export function remarks(handOff: HandOff): string[] {
  const { hostname, phase, who_acts, deadlines, errors, records, states_as_of } = handOff;
  return [
    `${hostname}: ${PHASE_WORDS[phase]}; ${ACTOR_WORDS[who_acts]}`,
    ...(states_as_of === null ? [] : [`states as of ${formatInstant(states_as_of)}`]),
    ...deadlineTexts(deadlines),
    ...(records.length === 0 ? ['nothing to publish for now'] : []),
    ...errors.map((error) => `the API says: ${error}`),
    ...evidenceTexts(handOff),
  ].map(printable);
}

/** What a look at the world found, one clause for each thing that it found. */
export const evidenceTexts = ({ finding }: HandOff): string[] =>
  saidOnce(finding?.evidence ?? []).map((same) => {
    const names = [...new Set(same.map(({ name }) => name))].join(', ');
    return `seen at ${names}: ${same[0]?.verdict} (${same[0]?.note})`;
  });

/** A record that has no place among DNS records of its kind. */
export const leftOutText = ({ type, name, value }: PublishRecord): string =>
  printable(type === 'HTTP' ? `serve at ${name} the body ${value}` : `${type} ${name} ${value}`);
