import { html } from 'htm/preact';
import { useState } from 'preact/hooks';

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    setSaid(
      await navigator.clipboard.writeText(text()).then(
        () => 'Copied',
        () => 'The browser refused',
      ),
    );
    setTimeout(() => setSaid(''), 2_000);
  };
  return html`<button type="button" onClick=${copy} aria-live="polite">${said || label}</button>`;
}
