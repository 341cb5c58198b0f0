import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';

/** Lets what is wider than the screen be scrolled, by keyboard, too. */
export function Scroll({ label, children }: { label: string; children?: ComponentChildren }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>${children}</div>`;
}
