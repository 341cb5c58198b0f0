import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { counted } from './words.ts';

interface FirstOnesProps<T> {
  all: readonly T[];
  atOnce: number;
  /** One of them, in a word. */
  what: string;
  show: (one: T) => unknown;
}

/** The first of a long list, and more of them when somebody asks. */
export function FirstOnes<T>({ all, atOnce, what, show }: FirstOnesProps<T>) {
  const [shown, setShown] = useState(atOnce);
  return html`${all.slice(0, shown).map(show)}
    ${all.length > shown ? html`<p class="actions"><button type="button" onClick=${() => setShown(shown + atOnce)}>Show more of ${counted(all.length, what)}</button></p>` : null}`;
}
