import { open, stat } from 'node:fs/promises';
import type { CertificateCode } from '../codes/certificate-codes.ts';
import type { Fault } from './bundle-source.ts';
import { fileText } from './file-text.ts';

/** A long chain and a key are some 20 KB. */
const FILE_MAX_BYTES = 256 * 1024;
/** Traefik keeps all that it has in one: this is room for some 500. */
const JSON_MAX_BYTES = 4 * 1024 * 1024;
/** Permissions of group and others. */
const OTHERS = 0o077;

const REASONS: Readonly<Record<string, [code: CertificateCode, what: string]>> = {
  ENOENT: ['CERTIFICATE_FILE_MISSING', 'There is no such file; check the path.'],
  ENOTDIR: ['CERTIFICATE_FILE_MISSING', 'There is no such file; check the path.'],
  EACCES: ['CERTIFICATE_FILE_UNREADABLE', 'The file may not be read by this user.'],
  EPERM: ['CERTIFICATE_FILE_UNREADABLE', 'The file may not be read by this user.'],
};

/**
 * Reads a whole small file as PEM. `isOpen` says whether others than its owner may read or change it; `password` is asked for where
 * the file is a container that is locked with one.
 */
export async function readPemFile(
  path: string,
  password: () => Promise<string | { fault: Fault }> = async () => '',
): Promise<{ text: string; isOpen: boolean } | { fault: Fault }> {
  const fault = (code: CertificateCode, message: string) => ({ fault: { code, message } });
  try {
    // Opening a pipe would wait for its writer.
    const found = await stat(path);
    if (found.isDirectory()) return fault('CERTIFICATE_FILE_UNREADABLE', 'This is a folder; name a file in it.');
    if (!found.isFile()) return fault('CERTIFICATE_FILE_UNREADABLE', 'This is not a plain file; name one.');
    const most = path.endsWith('.json') ? JSON_MAX_BYTES : FILE_MAX_BYTES;
    if (found.size > most)
      return fault('CERTIFICATE_FILE_TOO_LARGE', `The file has more than ${most / 1024} KiB; is it the right one?`);
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(bytes, 0, found.size, 0);
      const read = await textOf(bytes.subarray(0, bytesRead), password);
      bytes.fill(0);
      return 'fault' in read ? read : { ...read, isOpen: (found.mode & OTHERS) !== 0 };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return fault(
      ...(REASONS[code] ?? (['CERTIFICATE_FILE_UNREADABLE', `The file cannot be read (${code}).`] as const)),
    );
  }
}

async function textOf(
  bytes: Buffer,
  password: () => Promise<string | { fault: Fault }>,
): Promise<{ text: string } | { fault: Fault }> {
  const read = fileText(bytes);
  if (!('pkcs12' in read)) return read;
  const given = await password();
  if (typeof given !== 'string') return given;
  const { readPkcs12 } = await import('./read-pkcs12.ts');
  try {
    const text = readPkcs12(bytes, given);
    if (text !== undefined) return { text };
    const message = `The PKCS#12 file is locked with ${given === '' ? 'a' : 'another'} password; name its file, or a command that prints it, with --bundle-password.`;
    return { fault: { code: 'CERTIFICATE_PASSWORD', message } };
  } catch {
    const message =
      'The PKCS#12 file cannot be read; write it as PEM: openssl pkcs12 -legacy -nodes -in <file> -out new.pem';
    return { fault: { code: 'CERTIFICATE_FORMAT', message } };
  }
}
