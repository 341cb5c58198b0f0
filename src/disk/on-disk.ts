import { HostrollError } from '../terms.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** What the file system refuses, in words for a person who can change that (errno(3)). */
const REFUSALS: Readonly<Record<string, string>> = {
  EROFS: 'is on a file system that is read-only',
  EACCES: 'may not be opened or written by this user',
  EPERM: 'may not be changed by this user',
  EIO: 'cannot be read or written: the disk reports an error',
  EFBIG: 'has reached the largest size that this process may write',
  EMFILE: 'cannot be opened: this process has too many files open ("ulimit -n")',
  ENFILE: 'cannot be opened: this machine has too many files open',
  EISDIR: 'is a folder, where a file is needed',
  ENOTDIR: 'lies below something that is no folder',
  EEXIST: 'exists already, and is no folder',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'is too long a name',
  ENOENT: 'is gone, or lies in a folder that is not there',
};

/**
 * What a person is told where the file system refuses something at `path`: `DISK_FULL` or `DISK_REFUSED`, each naming the
 * path. Any other error, and one that is in words already, stays what it is.
 */
export function diskError(error: unknown, path: string): unknown {
  const { code, syscall, path: named } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  if (FULL.has(code)) {
    return new HostrollError('DISK_FULL', `The disk is full: ${path} cannot be written; make room and try again.`, {
      cause: error,
    });
  }
  const refusal = REFUSALS[code];
  if (refusal === undefined) return error;
  return new HostrollError('DISK_REFUSED', `${named ?? path} ${refusal} (${code}).`, { cause: error });
}

/** Whether an error says that the disk takes nothing more of what it must take. */
export const isDiskError = (error: unknown): boolean =>
  error instanceof HostrollError && ['DISK_FULL', 'DISK_REFUSED', 'FILE_REPLACED'].includes(error.code);

/** Does `act` to the file or folder at `path`; rejects as `diskError` says. */
export async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw diskError(error, path);
  }
}
