/** One block of a PEM text (RFC 7468, and the older form with headers). */
export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`, `PRIVATE KEY`, `EC PARAMETERS`, … */
  label: string;
  /** The block with its first and last line, ending in a newline. */
  text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** All blocks of a text, in order; what stands between them says nothing. */
export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(BLOCK)].map(([block, label = '']) => ({ label, text: `${block.replaceAll(/\r\n?/g, '\n')}\n` }));

/** Labels of private keys: PKCS#8, PKCS#1, SEC1, and PKCS#8 with a password. */
export const isPrivateKeyLabel = (label: string): boolean => label.endsWith('PRIVATE KEY');

/** Whether a block of a private key is locked with a password, in either of the two forms. */
export const isEncrypted = ({ label, text }: PemBlock): boolean =>
  label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(text);
