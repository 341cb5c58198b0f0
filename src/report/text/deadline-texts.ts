import { formatInstant } from '../../text/format-time.ts';
import type { DeadlinesOrNull } from '../report.ts';

const DEADLINE_WORDS: readonly (readonly [keyof DeadlinesOrNull, string])[] = [
  ['hostname_lost', 'hostname lost'],
  ['token_dies', 'records expire'],
  ['next_check', 'Cloudflare checks'],
];

/** Each deadline as a clause, e.g. "records expire about 2026-03-11 12:00:05 UTC"; "about" marks an estimate. */
export const deadlineTexts = (deadlines: DeadlinesOrNull): string[] =>
  DEADLINE_WORDS.flatMap(([name, words]) => {
    const instant = deadlines[name];
    return instant === null ? [] : [`${words} ${instant.estimate ? 'about ' : ''}${formatInstant(instant.at)}`];
  });
