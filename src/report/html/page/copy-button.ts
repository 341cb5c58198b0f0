import { html } from 'htm/preact';
import { useState } from 'preact/hooks';

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    const isCopied = await toClipboard(text());
    setSaid(isCopied ? 'Copied' : 'The browser refused');
    setTimeout(() => setSaid(''), 2_000);
  };
  return html`<button type="button" class="copy" onClick=${copy} aria-live="polite">${said || label}</button>`;
}

/** A file that was opened from disk may have no clipboard of its own in some browsers: what is selected can be copied in all. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    return isCopied;
  }
}
