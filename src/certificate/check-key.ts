import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { CertificateCode } from '../codes/certificate-codes.ts';
import { isEncrypted, isPrivateKeyLabel, pemBlocks } from './pem.ts';
import type { CertificateProblem } from './problem.ts';
import type { ReadCertificate } from './read-certificate.ts';

const wrong = (code: CertificateCode, message: string): CertificateProblem => ({
  code,
  severity: 'error',
  part: 'key',
  message,
});

/**
 * Checks the private key of `leaf`. `key` is its one block: PKCS#8, PKCS#1 or SEC1, with nothing around it, as the API takes
 * it (an `EC PARAMETERS` block, which openssl writes in front, it does not). Messages hold nothing of the key.
 */
export function checkKey(
  text: string,
  leaf: ReadCertificate | undefined,
): { key?: string; problems: CertificateProblem[] } {
  const blocks = pemBlocks(text).filter(({ label }) => isPrivateKeyLabel(label));
  const [block, another] = blocks;
  if (block === undefined) return { problems: [wrong('CERTIFICATE_KEY_MISSING', missing(text))] };
  if (another !== undefined) {
    return {
      problems: [
        wrong('CERTIFICATE_SEVERAL_KEYS', 'There are several private keys; leave the one of the certificate.'),
      ],
    };
  }
  if (isEncrypted(block)) {
    const message = 'The key has a password; write a copy without one: openssl pkey -in <file> -out open.key';
    return { problems: [wrong('CERTIFICATE_KEY_ENCRYPTED', message)] };
  }
  const key = parsed(block.text);
  if (key === undefined) {
    const message = 'The private key cannot be read; check that the file is whole (openssl pkey -noout -in the.key).';
    return { problems: [wrong('CERTIFICATE_KEY_UNPARSEABLE', message)] };
  }
  if (leaf !== undefined && !leaf.x509.checkPrivateKey(key)) {
    const message =
      'The key does not belong to the certificate; pair each certificate with the key it was requested with.';
    return { problems: [wrong('CERTIFICATE_KEY_MISMATCH', message)] };
  }
  return { key: block.text, problems: [] };
}

function missing(text: string): string {
  if (text.trim() === '') return 'The key is empty.';
  const [block] = pemBlocks(text);
  if (block?.label === 'CERTIFICATE') return 'There is a certificate where the key should be; swap the two.';
  return 'There is no private key in PEM (-----BEGIN PRIVATE KEY-----).';
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
