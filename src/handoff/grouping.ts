import { createHash } from 'node:crypto';
import { registrableDomain } from '../dns/registrable-domain.ts';
import { textOfValue } from '../json/exact-json.ts';
import { HostrollError } from '../terms.ts';
import type { HandOff } from './hand-off.ts';

/** What hand-offs share that go into one file: nothing (all into one), the registrable domain, a key of their metadata, or a column of the operator's own. */
export type Grouping = { by: 'none' } | { by: 'domain' } | { by: 'metadata' | 'note'; key: string };

export interface Group {
  /** Path of its file below the folder, without the extension; each part is safe as a file name anywhere. */
  path: string;
  /** For a person; undefined for the one group of all. */
  title: string | undefined;
  handOffs: HandOff[];
}

/** Reads `none`, `domain`, `note.<name>` or `custom_metadata.<key>`. Throws `CONFIG_INVALID`. */
export function parseGrouping(text: string): Grouping {
  if (text === 'none' || text === 'domain') return { by: text };
  const key = /^custom_metadata\.(.+)$/s.exec(text)?.[1];
  if (key !== undefined) return { by: 'metadata', key };
  if (/^note\../s.test(text)) return { by: 'note', key: text };
  throw new HostrollError(
    'CONFIG_INVALID',
    `--group-by must be none, domain, note.<name>, or custom_metadata.<key> such as custom_metadata.tenant, not "${text}".`,
  );
}

const ALL = 'records';
/** No value of a group is called so: its file name would have a check sum. */
const NO_VALUE = '_none';

/**
 * `handOffs` by group, in the order in which groups are met. `perDomain`: each file may hold records of one registrable
 * domain only, so that groups of another kind become folders.
 */
export function grouped(handOffs: readonly HandOff[], grouping: Grouping, perDomain: boolean): Group[] {
  const groups = new Map<string, Group>();
  // That nothing is left to publish is said by a file without records.
  if (grouping.by === 'none' && !perDomain) groups.set(ALL, { path: ALL, title: undefined, handOffs: [] });
  for (const handOff of handOffs) {
    const names = [
      ...(grouping.by === 'metadata' ? [metadataValue(handOff, grouping.key)] : []),
      ...(grouping.by === 'note' ? [handOff.notes[grouping.key] || undefined] : []),
      ...(grouping.by === 'domain' || perDomain ? [registrableDomain(handOff.hostname)] : []),
    ];
    const path = names.length === 0 ? ALL : names.map(fileNameOf).join('/');
    const title = names.length === 0 ? undefined : names.map((name) => name ?? 'others').join(', ');
    const group = groups.get(path) ?? { path, title, handOffs: [] };
    group.handOffs.push(handOff);
    groups.set(path, group);
  }
  return [...groups.values()];
}

function metadataValue({ custom_metadata }: HandOff, key: string): string | undefined {
  const value = Object.hasOwn(custom_metadata, key) ? custom_metadata[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  return textOfValue(value);
}

/** Letters, digits and a few marks, none of them first; at most 100 of them. Device names of Windows are no file names. */
const SAFE = /^(?!(con|prn|aux|nul|com\d|lpt\d)(\.|$))[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$/;

/** Like `value`, and safe as a file name; values that only differ in what is not safe get different names. */
export function fileNameOf(value: string | undefined): string {
  if (value === undefined) return NO_VALUE;
  if (SAFE.test(value)) return value;
  const plain = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  return `group-${plain.replace(/^-+|-+$/g, '')}-${createHash('sha256').update(value).digest('hex').slice(0, 12)}`;
}
