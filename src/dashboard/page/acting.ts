import { html } from 'htm/preact';
import { useRef, useState } from 'preact/hooks';
import { ask } from './server.ts';
import type { View } from './values.ts';

/** What each word does, for who is about to say it. */
const WORDS: Readonly<Record<string, { title: string; does: string }>> = {
  pause: { title: 'Pause', does: 'No further call begins. Calls in flight end.' },
  go: { title: 'Go on', does: 'Lifts a pause, a gate, and what a stop rule holds.' },
  tune: { title: 'Tune', does: 'Goes by another share of the quota from now on.' },
  cancel: { title: 'Cancel', does: 'Ends the batch for good. What is done stays done. This cannot be taken back.' },
};

/** Buttons that steer the batch, each with a reason that the ledger keeps. */
export function Acting({ batch, stage }: { batch: string; stage: View['stage'] }) {
  const [word, setWord] = useState<string>();
  const [said, setSaid] = useState<{ text: string; isBad: boolean }>();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isAsked, setAsked] = useState(false);
  if (['finished', 'cancelled', 'reporting'].includes(stage)) return null;
  const open = (name: string) => {
    setWord(name);
    setAsked(false);
    dialog.current?.showModal();
  };
  const say = async (event: SubmitEvent) => {
    event.preventDefault();
    if (word === 'cancel' && !isAsked) return setAsked(true);
    const values = Object.fromEntries(
      [...new FormData(event.target as HTMLFormElement)].filter(([, value]) => value !== ''),
    );
    dialog.current?.close();
    setSaid({ text: 'The batch is told…', isBad: false });
    setSaid(
      await ask<{ text: string }>(`/api/batches/${batch}/control`, { word, ...values }).then(
        ({ text }) => ({ text, isBad: false }),
        (error: Error) => ({ text: error.message, isBad: true }),
      ),
    );
  };
  const { title, does } = WORDS[word ?? 'pause'] ?? { title: '', does: '' };
  return html`
    <div class="actions">
      ${Object.entries(WORDS).map(([name, { title: label }]) => html`<button key=${name} type="button" onClick=${() => open(name)}>${label}</button>`)}
    </div>
    ${said === undefined ? null : html`<p class=${`notice ${said.isBad ? 'bad' : ''}`} role=${said.isBad ? 'alert' : 'status'}>${said.text}</p>`}
    <dialog ref=${dialog} aria-labelledby="acting">
      <form onSubmit=${say}>
        <h2 id="acting">${title} ${batch}</h2>
        <p>${does}</p>
        <label>Reason, kept in the ledger<input name="reason" required maxlength="500" autocomplete="off" /></label>
        ${word === 'pause' ? html`<label>For how long, such as 2h; empty: until somebody says go<input name="for" autocomplete="off" /></label>` : null}
        ${word === 'tune' ? html`<label>Share of the quota, such as 0.5<input name="share" required inputmode="decimal" autocomplete="off" /></label>` : null}
        <p class="actions">
          <button type="submit">${isAsked ? 'Yes, cancel it for good' : title}</button>
          <button type="button" onClick=${() => dialog.current?.close()}>Leave it</button>
        </p>
      </form>
    </dialog>`;
}
