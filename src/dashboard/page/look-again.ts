import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { actorTitle, words } from '../../report/html/page/words.ts';
import { ask } from './server.ts';

interface Finding {
  verdict: string;
  who: string;
  evidence: { name: string; verdict: string; note: string; found?: string[] }[];
}

/** Looks at one hostname in DNS and HTTP when somebody asks. */
export function LookAgain({ path, isAsked }: { path: string; isAsked: boolean }) {
  const [seen, setSeen] = useState<Finding | Error | 'looking'>();
  if (!isAsked) return null;
  const look = async () => {
    setSeen('looking');
    setSeen(await ask<Finding>(`${path}/look`).catch((error: Error) => error));
  };
  return html`<div class="look">
    <p class="actions"><button type="button" disabled=${seen === 'looking'} onClick=${look}>${seen === 'looking' ? 'Looking…' : 'Look again'}</button></p>
    ${seen === undefined || seen === 'looking' ? null : html`<${Seen} seen=${seen} />`}
  </div>`;
}

function Seen({ seen }: { seen: Finding | Error }) {
  if (seen instanceof Error) return html`<p class="notice bad" role="alert">${seen.message}</p>`;
  return html`<div class="notice" role="status">
    <strong>${words(seen.verdict)}: ${actorTitle(seen.who)}</strong>
    <ul>${saidOnce(seen.evidence).map(({ names, verdict, note, found = [] }) => html`<li><code>${[...new Set(names)].join(' ')}</code>: ${note} (${words(verdict)})${found.length > 0 ? html`; there is <code>${found.join(', ')}</code>` : null}</li>`)}</ul>
  </div>`;
}

/** What is said of several names is said once. */
function saidOnce(evidence: Finding['evidence']) {
  const said = new Map<string, Finding['evidence'][number] & { names: string[] }>();
  for (const one of evidence) {
    const key = `${one.verdict} ${one.note} ${one.found}`;
    said.set(key, { ...one, names: [...(said.get(key)?.names ?? []), one.name] });
  }
  return [...said.values()];
}
