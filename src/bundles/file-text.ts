import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Fault } from './bundle-source.ts';

/** Object identifiers by which containers are told, in the hex of their DER. */
const SIGNED_DATA = '06092a864886f70d010702';
/** What a PKCS#12 file begins with, behind its length: version 3. */
const PFX_VERSION = '020103';
const JKS_MAGIC = ['feedfeed', 'cececece'];
const DER_SEQUENCE = 0x30;

/** What a file holds: text, or a container that a password opens. */
export type FileText = { text: string } | { pkcs12: true } | { fault: Fault };

/**
 * Tells what a file of certificates or keys is by its bytes: PEM in any encoding is text, and so are DER certificates and keys,
 * rewritten as PEM. Of other forms the very command is said that makes PEM of them, with `<file>` for the path.
 */
export function fileText(bytes: Buffer): FileText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: bytes.toString('utf16le', 2) };
  if (first === 0xfe && second === 0xff)
    return {
      text: Buffer.from(bytes)
        .subarray(2, bytes.length & ~1)
        .swap16()
        .toString('utf16le'),
    };
  const start = bytes.toString('hex', 0, 64);
  if (JKS_MAGIC.some((magic) => start.startsWith(magic))) {
    return named(
      'a Java keystore',
      'keytool -importkeystore -srckeystore <file> -destkeystore new.p12 -deststoretype pkcs12',
    );
  }
  if (first !== DER_SEQUENCE || !isBinary(bytes)) return { text: bytes.toString('latin1') };
  if (start.includes(SIGNED_DATA) && start.indexOf(SIGNED_DATA) < 16) {
    return named('PKCS#7', 'openssl pkcs7 -inform der -print_certs -in <file> -out chain.pem');
  }
  if (new RegExp(`^30(8[0-4])?([0-9a-f]{2}){1,4}?${PFX_VERSION}`).test(start)) return { pkcs12: true };
  const pem = derAsPem(bytes);
  if (pem !== undefined) return { text: pem };
  return named(
    'binary, and neither a certificate nor a key that can be read',
    'openssl x509 -inform der -in <file> -out new.pem',
  );
}

const named = (what: string, command: string): { fault: Fault } => ({
  fault: { code: 'CERTIFICATE_FORMAT', message: `The file is ${what}; write it as PEM: ${command}` },
});

const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, 64).some((byte) => byte >= 0x80 || byte < 0x09);

function derAsPem(der: Buffer): string | undefined {
  const tries: (() => X509Certificate | KeyObject)[] = [
    () => new X509Certificate(der),
    ...(['pkcs8', 'pkcs1', 'sec1'] as const).map((type) => () => createPrivateKey({ key: der, format: 'der', type })),
  ];
  for (const read of tries) {
    try {
      const found = read();
      return found instanceof X509Certificate
        ? found.toString()
        : found.export({ type: 'pkcs8', format: 'pem' }).toString();
    } catch {
      // It is something else.
    }
  }
  return undefined;
}
