import { html } from 'htm/preact';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { follow, useAddress } from './address.ts';
import { Batch } from './batch.ts';
import { Batches } from './batches.ts';
import { beginSession } from './server.ts';
import { useServer } from './use-server.ts';

function Page() {
  const address = useAddress();
  const { value: about } = useServer<{ version: string; read_only: boolean }>('/api/about');
  const [, batch, tab = 'overview'] = /^\/batch\/([^/]+)(?:\/([^/]+))?$/.exec(address.pathname) ?? [];
  return html`
    <div onClick=${follow}>
      <header>
        <strong><a href="/">hostroll</a></strong>
        <span class="soft">${about === undefined ? '' : `version ${about.version}${about.read_only ? ', read only' : ''}`}</span>
      </header>
      <main>${batch === undefined ? html`<${Batches} />` : html`<${Batch} key=${batch} batch=${batch} tab=${tab} query=${address.searchParams} isReadOnly=${about?.read_only !== false} />`}</main>
    </div>`;
}

function Start({ refused }: { refused: string | undefined }) {
  const [isShown] = useState(refused === undefined);
  return isShown ? html`<${Page} />` : html`<p class="notice" role="alert">${refused}</p>`;
}

const refused = await beginSession().then(
  () => undefined,
  (error: Error) => error.message,
);
const place = document.getElementById('page');
if (place !== null) {
  place.replaceChildren();
  render(html`<${Start} refused=${refused} />`, place);
}
