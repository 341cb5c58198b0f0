import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';

export type Fact = [label: string, value: ComponentChildren];

/** Labels with their values; those without one are left out. */
export function Facts({ facts }: { facts: Fact[] }) {
  const known = facts.filter(([, value]) => value !== '' && value !== null && value !== undefined && value !== false);
  return html`<dl>${known.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}
