import { packageFile } from '../../disk/package-file.ts';

/** Where the build leaves what browsers load; from sources, as tests run them, the same build is used. */
export const builtPage = (file: string): string => packageFile(`dist/page/${file}`);
