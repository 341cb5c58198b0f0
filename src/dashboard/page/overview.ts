import { html } from 'htm/preact';
import { Codes } from '../../report/html/page/codes.ts';
import { Numbers } from '../../report/html/page/numbers.ts';
import { Scroll } from '../../report/html/page/scroll.ts';
import { count, span, time, words } from '../../report/html/page/words.ts';
import { Acting, actsOn } from './acting.ts';
import { Certificates } from './certificates.ts';
import { Chart } from './chart.ts';
import { Log } from './log.ts';
import type { View } from './values.ts';

interface OverviewProps {
  batch: string;
  view: View;
  files: string[];
  isFrozen: boolean;
  isReadOnly: boolean;
  errors: View['errors'];
}

/** Stage, counts, pace, what it waits for, errors with what to do, files. */
export function Overview({ batch, view, files, errors, isFrozen, isReadOnly }: OverviewProps) {
  const { rows, outcomes, settled, calls, lanes } = view;
  const advice = new Map(errors.map((error) => [error.code, error.advice]));
  return html`
    <p><strong>${stageOf(view)}</strong>${view.isRunning || OVER.includes(view.stage) ? '' : ', no process is at it'}${view.eta_ms ? `, about ${span(view.eta_ms)} left` : ''}</p>
    ${
      rows.total > 0
        ? html`<progress max=${rows.total} value=${rows.done} aria-label="Rows through this stage"></progress>
    <p class="soft">${count(rows.done)} of ${count(rows.total)} rows</p>`
        : null
    }
    ${view.waits.map((wait) => html`<p class="notice wait">${waitOf(wait)}</p>`)}
    ${isReadOnly ? null : html`<${Acting} batch=${batch} acts=${actsOn(view)} />`}
    <h2>Rows by outcome</h2>
    <${Numbers} counts=${outcomes} href=${(outcome: string) => `/batch/${batch}/rows?outcome=${outcome}`} />
    <h2>Hostnames by state</h2>
    <${Numbers} counts=${settled} />
    <${Codes} title="What went wrong" codes=${view.errors.map(({ code, count: rowsOfCode }) => ({ code, count: rowsOfCode, advice: advice.get(code) }))} href=${(code: string) => `/batch/${batch}/rows?code=${encodeURIComponent(code)}`} />
    <h2>Pace</h2>
    <p class="soft">${count(calls.made)} calls made; ${calls.per_second.toFixed(1)} of ${view.budget_per_second.toFixed(1)} calls a second</p>
    <${Chart} batch=${batch} budget=${view.budget_per_second} isMoving=${!isFrozen && view.isRunning} />
    <${Scroll} label="Lanes"><table>
      <thead><tr><th>Lane</th><th class="number">Budget, calls a second</th><th class="number">Workers</th><th>Just now</th></tr></thead>
      <tbody>${lanes.map(
        (
          lane,
        ) => html`<tr key=${lane.name}><td>${lane.name}</td><td class="number">${lane.budget_per_second.toFixed(1)}</td>
        <td class="number">${lane.workers ?? 'not known'}</td>
        <td class="name">${
          view.waits
            .filter((wait) => wait.lane === lane.name)
            .map(waitOf)
            .join(' ') || 'free'
        }</td></tr>`,
      )}</tbody>
    </table><//>
    <${Certificates} batch=${batch} known=${rows.done + (settled.active ?? 0)} />
    <${Log} title="What happened" path=${`/api/batches/${batch}/told`} key=${`${view.stage} ${view.wave} ${view.waits.length}`} />
    ${files.length === 0 ? null : html`<h2>Files</h2><p>${files.map((file) => html`<a key=${file} href="/api/batches/${batch}/files/${file}" download>${file}</a> `)}</p>`}`;
}

const OVER = ['finished', 'cancelled', 'stopped'];

const stageOf = ({ stage, wave, waves, until }: View): string =>
  `${words(stage)}${waves !== undefined && waves > 1 ? `, wave ${wave} of ${waves}` : wave > 1 ? `, wave ${wave}` : ''}${until === null ? '' : `, until ${time(until)} at the latest`}`;

function waitOf({ what, lane, until, reason }: View['waits'][number]): string {
  const when = until === undefined ? '' : ` until ${time(until)}`;
  if (what === 'cooling') return `Lane ${lane} makes no calls${when}: ${reason}.`;
  if (what === 'worker') return `Lane ${lane} waits for a worker: start "hostroll work".`;
  if (what === 'retry') return `Lane ${lane} waits${when} before it tries failed calls again.`;
  if (what === 'hold') return `${reason}${until === undefined ? '' : `, until ${time(until)}`}.`;
  if (what === 'resting') return `Calls in flight end by ${time(until)}.`;
  if (what === 'look') return `The states of hostnames are read again at ${time(until)}.`;
  return `It waits${when}: ${words(what)}${reason === undefined ? '' : `, ${reason}`}.`;
}
