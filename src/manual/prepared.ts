import { readFileSync } from 'node:fs';
import type { Entry } from './entry.ts';

/** What completion goes by, made at build time: finding it out anew would load every command. */
export interface Prepared {
  commands: Entry[];
  /** Columns of manifests, and what conditions and lists can name of live hostnames. */
  columns: readonly string[];
  fields: readonly string[];
}

/** The folder of what the build prepares: the build is beside the sources, and has their folders. */
const folder = new URL(import.meta.url.endsWith('.ts') ? '../../dist/prepared/' : '../../prepared/', import.meta.url);

export const PREPARED_COMMANDS = new URL('commands.json', folder);
export const MAN_PAGE = new URL('hostroll.1', folder);

export const readPrepared = (): Prepared => JSON.parse(readFileSync(PREPARED_COMMANDS, 'utf8')) as Prepared;
