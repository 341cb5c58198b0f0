import type { Cause } from '../../dcv/causes.ts';
import { ACTOR_WORDS } from '../../hostname/phase-words.ts';
import { printable } from '../../text/printable.ts';
import { clipped, counted, formatCount, wrapped } from '../../text/text-layout.ts';
import { stillToCome } from '../waiting-rows.ts';
import { deadlineTexts } from './deadline-texts.ts';

/** Names that are said of causes in which we must act, where they are all of a cause. */
const OUR_NAMES = 20;
/** Names that are said of others. */
const NAMES = 3;

/** How causes are shown. */
export interface CausesStyle {
  /** Most lines. */
  room: number;
  bold(text: string): string;
  dim(text: string): string;
  /** Milliseconds since the epoch; a check that was to come before is not said to come. */
  now: number;
  /** Where all of them are, for what has no room. */
  rest: string;
}

/** What may be said of a cause beside its count. */
type Part = 'head' | 'todo' | 'names' | 'due' | 'domains';

/**
 * Causes by who must act, in `room` lines at most: each with its count; then, as long as there is room, what we must do, the
 * names of what is ours, and what else there is to say. What is to be done is said once for causes that have it in common.
 */
export function causeLines(causes: readonly Cause[], { room, bold, dim, now, rest }: CausesStyle): string[] {
  let left = room;
  let names = OUR_NAMES;
  const shown: {
    isOurs: boolean;
    isNamed: boolean;
    title: string[];
    parts: Record<Part, string[]>;
    said: Set<Part>;
  }[] = [];
  for (const [at, cause] of causes.entries()) {
    const title = cause.who === causes[at - 1]?.who ? [] : [bold(titleOf(cause))];
    if (left < title.length + (at === causes.length - 1 ? 1 : 2)) break;
    left -= title.length + 1;
    const isOurs = cause.who === 'operator';
    const isNamed = isOurs && cause.count <= names;
    if (isNamed) names -= cause.count;
    const isSaid = causes.slice(0, at).some(({ who, todo }) => who === cause.who && todo === cause.todo);
    const parts = partsOf(cause, { most: isNamed ? cause.count : NAMES, dim, now });
    shown.push({ isOurs, isNamed, title, parts: isSaid ? { ...parts, todo: [] } : parts, said: new Set() });
  }
  const unsaid = causes.slice(shown.length);
  if (unsaid.length > 0) left -= 1;
  const say = (wished: readonly Part[], of: (one: (typeof shown)[number]) => boolean) => {
    for (const one of shown.filter(of)) {
      for (const part of wished) {
        const lines = one.parts[part].length - (part === 'head' ? 1 : 0);
        if (one.said.has(part) || lines > left) continue;
        one.said.add(part);
        left -= lines;
      }
    }
  };
  say(['todo'], ({ isOurs }) => isOurs);
  say(['names'], ({ isNamed }) => isNamed);
  say(['head', 'names', 'due', 'todo', 'domains'], () => true);
  const count = unsaid.reduce((sum, cause) => sum + cause.count, 0);
  return [
    ...shown.flatMap(({ title, parts: { head, ...parts }, said }) => [
      ...title,
      ...(said.has('head') ? head : clipped(head, 1)),
      ...(['todo', 'due', 'domains', 'names'] as const).flatMap((part) => (said.has(part) ? parts[part] : [])),
    ]),
    ...(unsaid.length === 0
      ? []
      : [`  and ${counted(unsaid.length, 'more cause')} of ${formatCount(count)}: see ${rest}`]),
  ];
}

const titleOf = ({ who }: Cause): string => `${ACTOR_WORDS[who].charAt(0).toUpperCase()}${ACTOR_WORDS[who].slice(1)}`;

const headOf = ({ count, what, code }: Cause): string =>
  `${counted(count, code === null ? 'hostname' : 'row')}: ${what}`;

/** What there is to say of a cause: what it is, what to do, until when, whose domains they are, and `most` names. */
function partsOf(
  cause: Cause,
  { most, dim, now }: Pick<CausesStyle, 'dim' | 'now'> & { most: number },
): Record<Part, string[]> {
  const { todo, domains, count, deadlines, examples } = cause;
  const { token_dies = null, hostname_lost = null, next_check = null } = deadlines;
  const due = deadlineTexts(stillToCome({ token_dies, hostname_lost, next_check }, now)).join(', ');
  const others = count - domains.reduce((sum, one) => sum + one.count, 0);
  const all = domains.map(({ domain, count: of }) => `${domain} ${formatCount(of)}`);
  const names = examples.slice(0, most).map(printable);
  const unnamed = count - names.length;
  const lines = (texts: readonly string[], indent: string, room: number) =>
    texts.length === 0 || texts[0] === '' ? [] : clipped(wrapped(texts.join(', '), indent), room);
  return {
    head: lines([headOf(cause)], '  ', 2),
    todo: lines([todo], '    ', 3),
    due: lines(due === '' ? [] : [`first: ${due}`], '    ', 2),
    domains: lines(
      all.length === 0
        ? []
        : [`by domain: ${[...all, ...(others > 0 ? [`others ${formatCount(others)}`] : [])].join(', ')}`],
      '    ',
      1,
    ).map(dim),
    names: lines(
      [...names, ...(unnamed > 0 ? [`and ${formatCount(unnamed)} more`] : [])],
      '    ',
      most > NAMES ? 8 : 2,
    ).map(dim),
  };
}
