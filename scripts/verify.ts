import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { withStateFlag } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { version } from '../src/coordinator/version.ts';
import { lockHolder } from '../src/disk/process-lock.ts';
import { type Verdict, verifyBatch } from '../src/report/verify-batch.ts';
import type { AddCommand, Shell } from './shell.ts';

interface VerifyFlags extends Flags {
  json?: boolean;
}

/** `hostroll verify`: whether the files of a batch are as hostroll wrote them. Reads files only. */
export const verifyCommand: AddCommand = (program, shell, exit) => {
  withStateFlag(program.command('verify').argument('[batch]', 'batch id, the start of one, or "latest"', 'latest'))
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  hostroll verify latest
  hostroll verify 20261123-071500-k3f9 --json | jq '.[] | select(.fits == false)'

${exitCodeHelp({ ok: 'nothing was changed', damaged: 'a file of the batch was changed; the first line that does not fit is named' })}`,
    )
    .action(async (batch: string, flags: VerifyFlags) => exit(await verify(batch, flags, shell)));
};

async function verify(wanted: string, flags: VerifyFlags, { env, terminal }: Shell): Promise<number> {
  const folder = await findBatch(readStateConfig(flags, env).state, wanted);
  const isRunning = (await lockHolder(folder.lock)) !== undefined;
  const verdicts = await verifyBatch(folder, { version, isRunning });
  const isChanged = verdicts.some(({ fits }) => fits === false);
  if (flags.json) terminal.out(JSON.stringify(verdicts, null, 2));
  else {
    const end = isChanged ? 'was changed' : 'is as hostroll wrote it';
    terminal.out([...verdicts.map(lineOf), `Batch ${folder.batch} ${end}.`].join('\n'));
  }
  return isChanged ? EXIT.damaged : EXIT.ok;
}

const MARKS = new Map<Verdict['fits'], string>([
  [true, 'fits '],
  [false, 'WRONG'],
  [null, '-    '],
]);

const lineOf = ({ file, fits, says }: Verdict): string => `${MARKS.get(fits)}  ${file}: ${says}`;
