import { html } from 'htm/preact';
import { count, words } from './words.ts';

const TONES: Readonly<Record<string, string>> = {
  edited: 'good',
  active: 'good',
  failed: 'bad',
  gave_up: 'bad',
  errored: 'bad',
  pending: 'wait',
};

const TITLES: Readonly<Record<string, string>> = { gave_up: 'given up', errored: 'in error', unknown: 'not read' };

/** Counts by their names; `href` leads to the rows that are counted, where they can be shown. */
export function Numbers({
  counts,
  href,
}: {
  counts: Record<string, number>;
  href?: (name: string) => string | undefined;
}) {
  const nameOf = (name: string, number: number) => {
    const to = number === 0 ? undefined : href?.(name);
    const title = TITLES[name] ?? words(name);
    return to === undefined ? html`<span>${title}</span>` : html`<a href=${to}>${title}</a>`;
  };
  const tone = (name: string, number: number) => (number > 0 ? (TONES[name] ?? '') : 'soft');
  return html`<ul class="numbers">${Object.entries(counts).map(
    ([name, number]) => html`<li key=${name}>
    <b class=${tone(name, number)}>${count(number)}</b>
    ${nameOf(name, number)}</li>`,
  )}</ul>`;
}
