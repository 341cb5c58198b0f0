import { fileURLToPath } from 'node:url';

/** Where the build leaves what browsers load; from sources, as tests run them, the same build is used. */
export const builtPage = (file: string): string =>
  fileURLToPath(
    new URL(`${import.meta.url.endsWith('.ts') ? '../../../dist' : '../../..'}/page/${file}`, import.meta.url),
  );
