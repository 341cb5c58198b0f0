import { html } from 'htm/preact';
import { time } from '../../report/html/page/words.ts';
import { useServer } from './use-server.ts';
import type { Told } from './values.ts';

/** Instants as ledgers have them. */
const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What happened, the newest first. */
export function Log({ title, path }: { title: string; path: string }) {
  const { value = [] } = useServer<Told[]>(path);
  if (value.length === 0) return null;
  return html`<h2>${title}</h2><ol class="log" reversed>${[...value]
    .reverse()
    .map(
      ({ at, text }) =>
        html`<li><time datetime=${at} title=${at}>${time(at)}</time> <span>${text.replace(INSTANT, time)}</span></li>`,
    )}</ol>`;
}
