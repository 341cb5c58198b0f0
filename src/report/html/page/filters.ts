import { html } from 'htm/preact';
import { phaseWords, words } from './words.ts';

const TITLES: Readonly<Record<string, string>> = {
  ...{ outcome: 'Outcome', phase: 'Phase', who: 'Who acts', method: 'Method', ca: 'Authority', zone: 'Zone' },
  ...{ sort: 'Sorted by', code: 'Code' },
};

interface FiltersProps {
  /** What can be chosen, by the name in the address. */
  choices: Record<string, readonly string[]>;
  query: URLSearchParams;
  change: (name: string, to: string, replace?: boolean) => void;
}

/** What rows are to be seen: a part of the hostname or of a note, and a value of each kind. */
export function Filters({ choices, query, change }: FiltersProps) {
  const chosen = (event: Event) => (event.target as HTMLInputElement).value;
  return html`<form class="filters" role="search" onSubmit=${(event: Event) => event.preventDefault()}>
    <label>Hostname<input type="search" value=${query.get('search') ?? ''} placeholder="name or note" onInput=${(event: Event) => change('search', chosen(event), true)} /></label>
    ${Object.entries(choices).map(
      ([name, options]) => html`<label key=${name}>${TITLES[name] ?? words(name)}
      <select value=${query.get(name) ?? ''} onChange=${(event: Event) => change(name, chosen(event))}>
        <option value="">${name === 'sort' ? 'row' : 'any'}</option>
        ${options.map((option) => html`<option key=${option} value=${option}>${name === 'phase' ? phaseWords(option) : words(option)}</option>`)}
      </select></label>`,
    )}
  </form>`;
}
