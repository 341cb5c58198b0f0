import { didYouMean } from '../manifest/nearest.ts';
import { parseAssignments } from '../select/assignments.ts';
import { findLiveField, LIVE_PATHS, type LiveField } from '../select/live-fields.ts';
import type { RowForm } from '../select/selected-rows.ts';
import { ConfigProblems } from './problems.ts';

/** What a selection is asked for, as text; its conditions are those of every command. */
export interface SelectFlags {
  set?: string[];
  columns?: string;
  format: 'csv' | 'jsonl';
  sample?: string;
  count?: boolean;
  by?: string;
}

interface SelectOptions extends RowForm {
  /** The field that tells rows of several zones apart. */
  zone: LiveField;
  sample: number | undefined;
  count: boolean;
  /** Fields by whose values hostnames are counted; none where they are not. */
  by: readonly LiveField[];
}

/** Throws `CONFIG_INVALID` naming every problem. */
export async function selectOptions({
  set = [],
  columns,
  sample,
  count = false,
  by,
}: SelectFlags): Promise<SelectOptions> {
  const problems = new ConfigProblems();
  const { change, faults } = await parseAssignments(set);
  for (const fault of faults) problems.add(`--set ${fault}`);
  if (sample !== undefined && !/^[1-9]\d{0,6}$/.test(sample)) {
    problems.add(`--sample must be a whole number of rows, at least 1, not "${sample}".`);
  }
  const zone = findLiveField('zone_id');
  const options = {
    change,
    columns: fieldsOf('--columns', columns, problems),
    by: fieldsOf('--by', by, problems),
    sample: sample === undefined ? undefined : Number(sample),
    count,
  };
  problems.throwIfAny();
  if (zone === undefined) throw new TypeError('zone_id is a field.');
  return { ...options, zone };
}

function fieldsOf(flag: string, text: string | undefined, problems: ConfigProblems): LiveField[] {
  const names = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return names.flatMap((name) => {
    const field = findLiveField(name);
    if (field === undefined)
      problems.add(
        `${flag}: there is no field "${name}"${didYouMean(name, LIVE_PATHS) || `; there are ${LIVE_PATHS.join(', ')}.`}`,
      );
    return field ?? [];
  });
}
