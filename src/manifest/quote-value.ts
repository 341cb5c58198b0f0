import { printable } from '../text/printable.ts';

/** Longer values are cut in messages: the place says where the whole of it stands. */
const SHOWN_CHARACTERS = 60;

/** The line that opens a private key in PEM (RFC 7468), whatever its kind. */
export const PRIVATE_KEY_MARK = 'PRIVATE KEY-----';
const PEM = '-----BEGIN ';

/** Stands in a row's source where a secret stood; still refused when it is read again, so that no row shrinks unnoticed. */
export const WITHHELD = '<withheld>';

/** Whether `text` holds a private key, which a manifest must not carry. */
export const holdsPrivateKey = (text: string): boolean => text.includes(PRIVATE_KEY_MARK);

/** Whether `text` may stand in a message as the name of a column or member: short, and no PEM. */
export const isShowableName = (text: string): boolean => text !== '' && text.length <= 100 && !holdsPem(text);

/** Whether `text` holds a certificate or a key in PEM. */
export const holdsPem = (text: string): boolean => text.includes(PEM) || holdsPrivateKey(text);

/** `text` for a message: in double quotes, control characters escaped, cut short, PEM withheld. */
export function quoteValue(text: string): string {
  if (holdsPem(text)) return '(PEM text, not shown)';
  const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS + 2)];
  const cut = characters.length > SHOWN_CHARACTERS;
  return printable(JSON.stringify(characters.slice(0, SHOWN_CHARACTERS).join('') + (cut ? '…' : '')));
}
