import { html } from 'htm/preact';
import { Acting } from './acting.ts';
import { Chart } from './chart.ts';
import { Scroll } from './scroll.ts';
import type { RateHistory } from './use-view.ts';
import { count, span, time, type View, words } from './values.ts';

interface OverviewProps {
  batch: string;
  view: View;
  history: RateHistory;
  files: string[];
  isFrozen: boolean;
  isReadOnly: boolean;
  errors: View['errors'];
}

/** Stage, counts, pace, what it waits for, errors with what to do, files. */
export function Overview({ batch, view, history, files, errors, isReadOnly }: OverviewProps) {
  const { rows, outcomes, settled, calls, lanes } = view;
  const advice = new Map(errors.map((error) => [error.code, error.advice]));
  return html`
    <p><strong>${stageOf(view)}</strong>${view.eta_ms === null ? '' : `, about ${span(view.eta_ms)} left`}</p>
    ${
      rows.total > 0
        ? html`<progress max=${rows.total} value=${rows.done} aria-label="Rows through this stage"></progress>
    <p class="soft">${count(rows.done)} of ${count(rows.total)} rows</p>`
        : null
    }
    ${view.waits.map((wait) => html`<p class="notice wait">${waitOf(wait)}</p>`)}
    ${isReadOnly ? null : html`<${Acting} batch=${batch} stage=${view.stage} />`}
    <h2>Rows by outcome</h2>
    <${Numbers} batch=${batch} by="outcome" counts=${outcomes} />
    <h2>Hostnames by state</h2>
    <${Numbers} counts=${settled} />
    ${
      view.errors.length === 0
        ? null
        : html`
      <h2>What went wrong</h2>
      <${Scroll} label="What went wrong"><table>
        <thead><tr><th>Code</th><th class="number">Rows</th><th>What to do</th></tr></thead>
        <tbody>${view.errors.map(
          ({ code, count: rowsOfCode }) => html`<tr key=${code}>
          <td><a href="/batch/${batch}/rows?code=${encodeURIComponent(code)}">${code}</a></td>
          <td class="number">${count(rowsOfCode)}</td><td class="name">${advice.get(code)}</td></tr>`,
        )}</tbody>
      </table><//>`
    }
    <h2>Pace</h2>
    <p class="soft">${count(calls.made)} calls made; ${calls.per_second.toFixed(1)} of ${view.budget_per_second.toFixed(1)} calls a second</p>
    ${history[0].length > 1 ? html`<${Chart} history=${history} />` : null}
    <${Scroll} label="Lanes"><table>
      <thead><tr><th>Lane</th><th class="number">Budget, calls a second</th><th class="number">Workers</th></tr></thead>
      <tbody>${lanes.map(
        (
          lane,
        ) => html`<tr key=${lane.name}><td>${lane.name}</td><td class="number">${lane.budget_per_second.toFixed(1)}</td>
        <td class="number">${lane.workers ?? 'not known'}</td></tr>`,
      )}</tbody>
    </table><//>
    ${files.length === 0 ? null : html`<h2>Files</h2><p>${files.map((file) => html`<a key=${file} href="/api/batches/${batch}/files/${file}" download>${file}</a> `)}</p>`}`;
}

const stageOf = ({ stage, wave, until }: View): string =>
  `${words(stage)}${wave > 1 ? `, wave ${wave}` : ''}${until === null ? '' : `, until ${time(until)} at the latest`}`;

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

const TONES: Readonly<Record<string, string>> = {
  edited: 'good',
  active: 'good',
  failed: 'bad',
  gave_up: 'bad',
  errored: 'bad',
  pending: 'wait',
};

function Numbers({ counts, batch, by }: { counts: Record<string, number>; batch?: string; by?: string }) {
  const tone = (name: string, number: number) => (number > 0 ? (TONES[name] ?? '') : 'soft');
  return html`<ul class="numbers">${Object.entries(counts).map(
    ([name, number]) => html`<li key=${name}>
    <b class=${tone(name, number)}>${count(number)}</b>
    ${by === undefined || number === 0 ? words(name) : html`<a href="/batch/${batch}/rows?${by}=${name}">${words(name)}</a>`}</li>`,
  )}</ul>`;
}
