import { html } from 'htm/preact';
import { Refused } from './server.ts';

/** What went wrong, in words; `else` where nothing did. */
export function Trouble({ error, else: otherwise }: { error: Error | undefined; else?: string }) {
  if (error === undefined)
    return otherwise === undefined ? null : html`<p class="notice" role="status">${otherwise}</p>`;
  const text =
    error instanceof Refused
      ? error.message
      : 'hostroll cannot be reached. It was ended, or the machine sleeps; this page goes on by itself when it is back.';
  return html`<p class="notice bad" role="alert">${text}</p>`;
}
