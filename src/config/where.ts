import { parseWhere, type Where } from '../select/where.ts';
import type { ConfigProblems } from './problems.ts';

/** The conditions of `flag`; what is wrong with them is added to `problems`. */
export function whereOf(texts: readonly string[] | undefined, problems: ConfigProblems, flag = '--where'): Where {
  const { where, faults } = parseWhere(texts ?? []);
  for (const fault of faults) problems.add(`${flag} ${fault}`);
  return where;
}
