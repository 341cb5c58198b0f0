import { html } from 'htm/preact';
import { useRef, useState } from 'preact/hooks';
import { count } from '../../report/html/page/words.ts';
import { ask } from './server.ts';
import type { View } from './values.ts';

interface Act {
  title: string;
  /** What it does, for who is about to do it. */
  does: string;
  /** What cannot be taken back is asked for twice, in these words. */
  sure?: string;
}

const ACTS: Readonly<Record<string, Act>> = {
  pause: { title: 'Pause', does: 'No further call begins. Calls in flight end.' },
  go: { title: 'Go on', does: 'Lifts a pause, a gate, and what a stop rule holds.' },
  tune: { title: 'Tune', does: 'Goes by another share of the quota from now on.' },
  cancel: {
    title: 'Cancel',
    does: 'Ends the batch for good. What is done stays done. This cannot be taken back.',
    sure: 'Yes, cancel it for good',
  },
  resume: {
    title: 'Carry on',
    does: 'No process is at this batch. One is started on this machine, which goes on with it; every row is read again before it is sent.',
  },
  retry: {
    title: 'Retry',
    does: 'Plans the rows that failed, were given up or not reached anew, as a batch of its own, and sends them.',
    sure: 'Yes, send them',
  },
};

const OVER = ['finished', 'cancelled', 'reporting'];

/** What can be done to a batch that is there. */
export function actsOn({ stage, isRunning, outcomes }: View): string[] {
  const { failed = 0, gave_up = 0, unprocessed = 0 } = outcomes;
  if (!OVER.includes(stage)) return isRunning ? ['pause', 'go', 'tune', 'cancel'] : ['resume', 'go', 'cancel'];
  return !isRunning && failed + gave_up + unprocessed > 0 ? ['retry'] : [];
}

interface ActingProps {
  batch: string;
  acts: string[];
  /** The rows that are meant, as the address says it, how many match, and which rows a pause would be of. */
  rows?: { filter: Record<string, string>; matched: number; only: string | undefined };
}

/** Buttons that steer the batch, or the rows that match, each with a reason that is kept. */
export function Acting({ batch, acts, rows }: ActingProps) {
  const [name, setName] = useState('pause');
  const [said, setSaid] = useState<{ text: string; isBad: boolean }>();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isAsked, setAsked] = useState(false);
  if (acts.length === 0) return null;
  const { title, does, sure } = ACTS[name] ?? { title: '', does: '' };
  const open = (act: string) => {
    setName(act);
    setAsked(false);
    dialog.current?.showModal();
  };
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    if (sure !== undefined && !isAsked) return setAsked(true);
    const form = event.target as HTMLFormElement;
    const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
    dialog.current?.close();
    setSaid({ text: 'hostroll is told…', isBad: false });
    const which = name === 'retry' ? rows && { rows: rows.filter } : name === 'pause' && rows && { only: rows.only };
    const given = { word: name, ...values, ...which };
    setSaid(
      await ask<{ text: string }>(`/api/batches/${batch}/control`, given).then(
        ({ text }) => ({ text, isBad: false }),
        (error: Error) => ({ text: error.message, isBad: true }),
      ),
    );
  };
  const of =
    rows === undefined ? '' : name === 'pause' ? ` ${rows.only}` : ` of the ${count(rows.matched)} rows that match`;
  const label = (of: string) => (rows === undefined ? '' : of === 'pause' ? ' rows of this kind' : ' what matches');
  return html`
    <div class="actions">
      ${acts.map((one) => html`<button key=${one} type="button" onClick=${() => open(one)}>${ACTS[one]?.title}${label(one)}</button>`)}
    </div>
    ${said === undefined ? null : html`<p class=${`notice ${said.isBad ? 'bad' : ''}`} role=${said.isBad ? 'alert' : 'status'}>${said.text}</p>`}
    <dialog ref=${dialog} aria-labelledby="acting">
      <form onSubmit=${act}>
        <h2 id="acting">${title}${of} ${rows === undefined ? batch : ''}</h2>
        <p>${does}</p>
        <label>Reason, kept with the batch<input name="reason" required maxlength="500" autocomplete="off" /></label>
        ${name === 'pause' ? html`<label>For how long, such as 2h; empty: until somebody says go<input name="for" autocomplete="off" /></label>` : null}
        ${name === 'tune' ? html`<label>Share of the quota, such as 0.5<input name="share" required inputmode="decimal" autocomplete="off" /></label>` : null}
        <p class="actions">
          <button type="submit" class=${isAsked ? 'sure' : ''}>${isAsked ? sure : title}</button>
          <button type="button" onClick=${() => dialog.current?.close()}>Leave it</button>
        </p>
      </form>
    </dialog>`;
}
