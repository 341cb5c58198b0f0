import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stripJsonComments from 'strip-json-comments';
import type { Prepared } from './prepared.ts';

/** Where the words of this machine are. */
export interface Places {
  state: string;
  config: string;
}

const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

interface Names {
  credentials?: { name?: string; zones?: string[] }[];
}

/** The credentials of the configuration, whatever else is in it, and whether or not that is right. */
function credentialsOf(config: string): NonNullable<Names['credentials']> {
  try {
    return (
      (JSON.parse(stripJsonComments(readFileSync(config, 'utf8'), { trailingCommas: true })) as Names).credentials ?? []
    );
  } catch {
    return [];
  }
}

/** Newest first, as the one that is meant is nearly always among the last. */
const batches = ({ state }: Places): string[] => ['latest', ...filesIn(join(state, 'batches')).sort().reverse()];
const zones = ({ config }: Places): string[] => ['all', ...credentialsOf(config).flatMap((each) => each.zones ?? [])];

/** What may stand where help shows such a word; of lists, each member. Words that are not here are the user's own. */
const WORDS: Record<string, (places: Places, prepared: Prepared) => readonly string[]> = {
  batch: batches,
  zone: zones,
  'id|name': zones,
  credential: ({ config }) => credentialsOf(config).flatMap(({ name }) => name ?? []),
  schedule: ({ state }) => {
    const folder = join(state, 'schedules');
    return filesIn(folder).filter((name) => filesIn(join(folder, name)).includes('schedule.json'));
  },
  columns: (_, { columns }) => columns,
  fields: (_, { fields }) => fields,
  'field=value': (_, { columns }) => columns.map((column) => `${column}=`),
  condition: (_, { fields }) => fields.map((field) => `${field}=`),
};

/** Words that stand for a file or folder, which the shell itself completes. */
const PATHS = new Set(['manifest', 'plan', 'file', 'folder', 'snapshot', 'path']);
/** Words whose values are lists with commas between. */
const LISTS = new Set(['columns', 'fields']);

/** What may be typed for `words`, such as `zone|manifest|batch`, of which `typed` is there already. */
export function knownWords(
  words: string,
  typed: string,
  places: Places,
  prepared: Prepared,
): { values: string[]; isPath: boolean } {
  const kinds = Object.hasOwn(WORDS, words) ? [words] : words.split('|');
  const values = kinds.flatMap((kind) => (Object.hasOwn(WORDS, kind) ? (WORDS[kind]?.(places, prepared) ?? []) : []));
  const before = LISTS.has(words) ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  return { values: values.map((value) => before + value), isPath: kinds.some((kind) => PATHS.has(kind)) };
}
