import { Option } from 'commander';
import { parseWhere, type Where } from '../select/where.ts';
import { collect } from './flags.ts';
import type { ConfigProblems } from './problems.ts';

/** `--where`: the same of every command that has it. */
export const whereOption = (): Option =>
  new Option(
    '--where <condition>',
    'only hostnames of which this holds, such as ssl.method=http or created_at<2024-01-01; may be repeated (docs/select.md)',
  ).argParser(collect);

/** The conditions of `flag`; what is wrong with them is added to `problems`. */
export function whereOf(texts: readonly string[] | undefined, problems: ConfigProblems, flag = '--where'): Where {
  const { where, faults } = parseWhere(texts ?? []);
  for (const fault of faults) problems.add(`${flag} ${fault}`);
  return where;
}
