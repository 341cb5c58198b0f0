import { registrableDomain } from '../dns/registrable-domain.ts';
import type { Group } from './grouping.ts';
import { evidenceTexts } from './remarks.ts';

const RECORD_COLUMNS = [
  'hostname',
  'domain',
  'custom_hostname_id',
  'zone_id',
  'who_acts',
  'phase',
  'purpose',
  'type',
  'name',
  'value',
  'token_dies',
  'hostname_lost',
  'next_check',
  'estimated',
  'errors',
  'verdict',
  'evidence',
  'states_as_of',
] as const;

const DEADLINES = ['token_dies', 'hostname_lost', 'next_check'] as const;
const NOTHING = { purpose: '', type: '', name: '', value: '' };

/** The columns of the records of a group; those of the operator's own stand last. */
export const recordColumns = ({ handOffs }: Group): string[] => [...RECORD_COLUMNS, ...notesOf(handOffs)];

const notesOf = (handOffs: Group['handOffs']): string[] => [
  ...new Set(handOffs.flatMap(({ notes }) => Object.keys(notes))),
];

/** One line per record; a hostname with nothing to publish still has a line, with those cells empty. */
export async function* recordRows({ handOffs }: Group): AsyncGenerator<string[]> {
  const columns = notesOf(handOffs);
  for (const handOff of handOffs) {
    const { hostname, deadlines, errors, finding, records } = handOff;
    for (const { purpose, type, name, value } of records.length === 0 ? [NOTHING] : records) {
      yield [
        hostname,
        registrableDomain(hostname),
        handOff.custom_hostname_id ?? '',
        handOff.zone_id ?? '',
        handOff.who_acts,
        handOff.phase,
        purpose,
        type,
        name,
        value,
        ...DEADLINES.map((deadline) => deadlines[deadline]?.at ?? ''),
        DEADLINES.filter((deadline) => deadlines[deadline]?.estimate).join(' '),
        errors.join(' | '),
        finding?.verdict ?? '',
        evidenceTexts(handOff).join(' | '),
        handOff.states_as_of ?? '',
        ...columns.map((name) => handOff.notes[name] ?? ''),
      ];
    }
  }
}
