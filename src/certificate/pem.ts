import { createHash } from 'node:crypto';

/** One block of a PEM text (RFC 7468, and the older form with headers). */
export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`, `PRIVATE KEY`, `EC PARAMETERS`, … */
  label: string;
  /** The block with its first and last line, ending in a newline. */
  text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
/** Characters of a line (RFC 7468, section 2). */
const LINE = /.{1,64}/g;

/**
 * All blocks of a text, in order; what stands between them says nothing. Line ends may be indented, escaped (`\n`, as in
 * environment variables and JSON) or lost to blanks.
 */
export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(BLOCK)].map(([, label = '', body = '']) => ({
    label,
    text: `-----BEGIN ${label}-----\n${bodyLines(body)}\n-----END ${label}-----\n`,
  }));

function bodyLines(body: string): string {
  const plain = body.replaceAll(/\\r|\\n/g, '\n');
  // Headers, as of keys with a password, are lines of their own.
  if (plain.includes(':')) return plain.trim().replaceAll(/[ \t]*(\r\n?|\n)[ \t]*/g, '\n');
  return plain.replaceAll(/\s+/g, '').match(LINE)?.join('\n') ?? '';
}

/** What a block holds, in DER; of one with headers nothing that means anything. */
const derOf = ({ text }: PemBlock): Buffer => Buffer.from(text.split('-----')[2] ?? '', 'base64');

/** SHA-256 in hex of the first certificate among these; undefined where there is none. */
export function leafPrint(blocks: readonly PemBlock[]): string | undefined {
  const first = blocks.find(isCertificate);
  return first && createHash('sha256').update(derOf(first)).digest('hex');
}

export const isCertificate = ({ label }: PemBlock): boolean => label === 'CERTIFICATE';

/** Labels of private keys: PKCS#8, PKCS#1, SEC1, and PKCS#8 with a password. */
export const isPrivateKeyLabel = (label: string): boolean => label.endsWith('PRIVATE KEY');

/** Whether a block of a private key is locked with a password, in either of the two forms. */
export const isEncrypted = ({ label, text }: PemBlock): boolean =>
  label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(text);
