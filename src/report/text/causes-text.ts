import type { Cause } from '../../dcv/causes.ts';
import { ACTOR_WORDS } from '../../hostname/phase-words.ts';
import { printable } from '../../text/printable.ts';
import { stillToCome } from '../waiting-rows.ts';
import { deadlineTexts } from './deadline-texts.ts';
import { clipped, counted, formatCount, wrapped } from './text-layout.ts';

/** Names that are said of causes in which we must act, where they are all of a cause. */
const OUR_NAMES = 20;

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

/**
 * Causes by who must act, in `room` lines at most: each with its count; then, as long as there is room, those first in which it
 * is our turn, with what to do, until when, and names.
 */
export function causeLines(causes: readonly Cause[], { room, bold, dim, now, rest }: CausesStyle): string[] {
  const forms = causes.map((cause, at) => ({
    title: cause.who === causes[at - 1]?.who ? [] : [bold(titleOf(cause))],
    brief: clipped(wrapped(headOf(cause), '  '), 1),
    full: clipped(wrapped(headOf(cause), '  '), 2),
    ...detailsOf(cause, dim, now),
  }));
  let left = room;
  const shown: { lines: string[]; at: number }[] = [];
  for (const [at, { title, brief }] of forms.entries()) {
    const isLast = at === forms.length - 1;
    if (left < title.length + brief.length + (isLast ? 0 : 1)) break;
    left -= title.length + brief.length;
    shown.push({ lines: [...title, ...brief], at });
  }
  const unsaid = causes.slice(shown.length);
  if (unsaid.length > 0) left -= 1;
  let names = OUR_NAMES;
  const most = causes.map(({ who, count }) => {
    if (who !== 'operator' || count > names) return 3;
    names -= count;
    return count;
  });
  // The names of what is ours come before what else there is to say.
  for (const isOnlyNamed of [true, false]) {
    for (const one of shown) {
      const [cause, form] = [causes[one.at], forms[one.at]];
      if (cause === undefined || form === undefined || (isOnlyNamed && cause.who !== 'operator')) continue;
      const named = nameLines(cause, most[one.at] ?? 3, dim);
      const { todo, due, domains } = form;
      const fitting = (isOnlyNamed ? [[]] : [[...todo, ...due, ...domains], [...todo, ...due], due, []])
        .map((more) => [...form.title, ...form.full, ...more, ...named])
        .find((lines) => lines.length - one.lines.length <= left);
      if (fitting === undefined) continue;
      left -= fitting.length - one.lines.length;
      one.lines = fitting;
    }
  }
  const count = unsaid.reduce((sum, cause) => sum + cause.count, 0);
  return [
    ...shown.flatMap(({ lines }) => lines),
    ...(unsaid.length === 0
      ? []
      : [`  and ${counted(unsaid.length, 'more cause')} of ${formatCount(count)}: see ${rest}`]),
  ];
}

const titleOf = ({ who }: Cause): string => `${ACTOR_WORDS[who].charAt(0).toUpperCase()}${ACTOR_WORDS[who].slice(1)}`;

const headOf = ({ count, what, code }: Cause): string =>
  `${counted(count, code === null ? 'hostname' : 'row')}: ${what}`;

/** What there is to say of a cause beside its count and names: what to do, until when, and whose domains they are. */
function detailsOf({ todo, domains, count, deadlines }: Cause, dim: (text: string) => string, now: number) {
  const { token_dies = null, hostname_lost = null, next_check = null } = deadlines;
  const due = deadlineTexts(stillToCome({ token_dies, hostname_lost, next_check }, now));
  const others = count - domains.reduce((sum, one) => sum + one.count, 0);
  const most = domains.map(({ domain, count: of }) => `${domain} ${formatCount(of)}`);
  const all = [...most, ...(others > 0 ? [`others ${formatCount(others)}`] : [])].join(', ');
  return {
    todo: todo === '' ? [] : clipped(wrapped(todo, '    '), 2),
    due: due.length === 0 ? [] : clipped(wrapped(`first: ${due.join(', ')}`, '    '), 2),
    domains: most.length === 0 ? [] : clipped(wrapped(`by domain: ${all}`, '    '), 1).map(dim),
  };
}

function nameLines({ examples, count }: Cause, most: number, dim: (text: string) => string): string[] {
  const names = examples.slice(0, most).map(printable);
  const rest = count - names.length;
  const text = [...names, ...(rest > 0 ? [`and ${formatCount(rest)} more`] : [])].join(', ');
  return clipped(wrapped(text, '    '), most > 3 ? 8 : 2).map(dim);
}
