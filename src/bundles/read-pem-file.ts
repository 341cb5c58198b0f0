import { open, stat } from 'node:fs/promises';
import type { CertificateCode } from '../codes/certificate-codes.ts';
import type { Fault } from './bundle-source.ts';

/** A long chain and a key are some 20 KB. */
const FILE_MAX_BYTES = 256 * 1024;
/** Permissions of group and others. */
const OTHERS = 0o077;

const REASONS: Readonly<Record<string, [code: CertificateCode, what: string]>> = {
  ENOENT: ['CERTIFICATE_FILE_MISSING', 'There is no such file; check the path.'],
  ENOTDIR: ['CERTIFICATE_FILE_MISSING', 'There is no such file; check the path.'],
  EACCES: ['CERTIFICATE_FILE_UNREADABLE', 'The file may not be read by this user.'],
  EPERM: ['CERTIFICATE_FILE_UNREADABLE', 'The file may not be read by this user.'],
};

/** Reads a whole small file. `isOpen` says whether others than its owner may read or change it. */
export async function readPemFile(path: string): Promise<{ text: string; isOpen: boolean } | { fault: Fault }> {
  const fault = (code: CertificateCode, message: string) => ({ fault: { code, message } });
  try {
    // Opening a pipe would wait for its writer.
    const found = await stat(path);
    if (found.isDirectory()) return fault('CERTIFICATE_FILE_UNREADABLE', 'This is a folder; name a file in it.');
    if (!found.isFile()) return fault('CERTIFICATE_FILE_UNREADABLE', 'This is not a plain file; name one.');
    if (found.size > FILE_MAX_BYTES) {
      return fault(
        'CERTIFICATE_FILE_TOO_LARGE',
        `The file has more than ${FILE_MAX_BYTES / 1024} KiB; is it the right one?`,
      );
    }
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(FILE_MAX_BYTES);
      const { bytesRead } = await file.read(bytes, 0, FILE_MAX_BYTES, 0);
      const text = bytes.toString('latin1', 0, bytesRead);
      bytes.fill(0);
      return { text, isOpen: (found.mode & OTHERS) !== 0 };
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
