import { html } from 'htm/preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Report } from './report.ts';
import type { ReportPage } from './values.ts';

const asked = (): URLSearchParams => new URLSearchParams(location.hash.slice(1));

function Page({ page }: { page: ReportPage }) {
  const [query, setQuery] = useState(asked);
  useEffect(() => {
    const follow = () => setQuery(asked());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    if (query.has('row') || query.has('code') || query.has('outcome'))
      document.getElementById('rows')?.scrollIntoView();
  }, [query.get('row'), query.get('code'), query.get('outcome')]);
  const go = (next: URLSearchParams, isReplaced = false) => {
    history[isReplaced ? 'replaceState' : 'pushState'](null, '', `#${next}`);
    setQuery(next);
  };
  return html`<${Report} page=${page} query=${query} go=${go} />`;
}

const [data, place] = [document.getElementById('data'), document.getElementById('page')];
if (data !== null && place !== null) {
  const page: ReportPage = JSON.parse(data.textContent ?? '');
  // Of what is shown already, only the lists are longer from here on.
  place.replaceChildren();
  document.documentElement.classList.add('script');
  render(html`<${Page} page=${page} />`, place);
}
