import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** A file that a row names, all links resolved; or why it is not taken. */
export type AllowedPath = { path: string } | { fault: 'outside' | 'missing' };

/**
 * Finds the file that a row names, relative to `folder`, and sees that it is in one of `roots`, whatever links lead there: a
 * manifest may come from somebody who must not choose among all files of this machine.
 */
export async function allowedPath(
  written: string,
  { folder, roots }: { folder: string; roots: readonly string[] },
): Promise<AllowedPath> {
  const path = await realpath(resolve(folder, written)).catch(() => undefined);
  if (path === undefined) return { fault: 'missing' };
  const allowed = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  return allowed.some((root) => root !== undefined && isInside(root, path)) ? { path } : { fault: 'outside' };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
