import { ACTOR_WORDS, PHASE_WORDS } from '../../../hostname/phase-words.ts';

export const count = (number: number): string => number.toLocaleString('en-US');

/** An instant to the minute: in the reader's own zone, where no browser reads it in UTC. */
export const time = (at: string | null | undefined): string =>
  at
    ? new Date(at).toLocaleString('en-GB', {
        ...{
          day: 'numeric',
          month: 'short',
          year: 'numeric',
          hour: '2-digit',
          minute: '2-digit',
          timeZoneName: 'short',
        },
        ...(typeof document === 'undefined' && { timeZone: 'UTC' }),
      })
    : '';

export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (minutes < 120) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}

/** "1 hostname", "1,204 hostnames". */
export const counted = (number: number, what: string): string => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

/** Words of the wire as a person reads them. */
export const words = (name: string | null | undefined): string => (name ?? '').replaceAll('_', ' ');

export const phaseWords = (phase: string | null | undefined): string =>
  PHASE_WORDS[phase as keyof typeof PHASE_WORDS] ?? words(phase);

/** Who must act, as a title. */
export function actorTitle(who: string): string {
  const text = ACTOR_WORDS[who as keyof typeof ACTOR_WORDS] ?? words(who);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
