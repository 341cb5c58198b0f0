import { readFileSync } from 'node:fs';
import { packageFile } from '../disk/package-file.ts';
import type { Entry } from './entry.ts';

/** What completion and the help of single commands go by, made at build time: finding it out anew would load every command. */
export interface Prepared {
  commands: Entry[];
  /** Columns of manifests, and what conditions and lists can name of live hostnames. */
  columns: readonly string[];
  fields: readonly string[];
}

export const PREPARED_COMMANDS = packageFile('dist/prepared/commands.json');
export const MAN_PAGE = packageFile('dist/prepared/hostroll.1');

export const readPrepared = (): Prepared => JSON.parse(readFileSync(PREPARED_COMMANDS, 'utf8')) as Prepared;
