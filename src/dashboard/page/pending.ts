import { html } from 'htm/preact';
import { Customers } from '../../report/html/page/customers.ts';
import type { WatchedRow } from '../../report/html/page/values.ts';
import { LookAgain } from './look-again.ts';
import { Trouble } from './trouble.ts';
import { useServer } from './use-server.ts';

/** Hostnames that wait, by who must act and by customer, with the records to publish. */
export function Pending({ batch, isFrozen }: { batch: string; isFrozen: boolean }) {
  const { value, error } = useServer<WatchedRow[]>(`/api/batches/${batch}/pending`, isFrozen ? undefined : 10_000);
  if (value === undefined) return html`<${Trouble} error=${error} else="Reading what is pending…" />`;
  if (value.length === 0) return html`<p class="notice">No hostname of this batch is known to wait.</p>`;
  return html`<${Trouble} error=${error} />
    <h2>Pending DCV</h2><p class="soft">Those with the nearest deadlines first, 500 at most; pending-dcv.csv has all.</p>
    <${Customers} rows=${value} look=${(row: WatchedRow) => html`<${LookAgain} path=${`/api/batches/${batch}/rows/${row.row}`} isAsked=${true} />`} />`;
}
