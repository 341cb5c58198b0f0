import { join } from 'node:path';
import { batchCommand, DEFAULT_STATE } from '../../batch/ledger/batch-folder.ts';
import { adviceFor } from '../../codes/code.ts';
import { clipped, counted, wrapped } from '../../text/text-layout.ts';
import type { Report } from '../report.ts';

/** What an operator should do after this report, most urgent first, each with the command for it; six lines at most. */
export function nextSteps(report: Report, folder = DEFAULT_FOLDER): string[] {
  const steps =
    report.resume === null
      ? stepsOf(report, folder)
      : [...resumeSteps(report, report.resume), ...stepsOf(report, folder)];
  return clipped(
    steps.flatMap(([text, ...commands]) => [...clipped(hanging(text), 3), ...commands.map((one) => `      ${one}`)]),
    MOST,
  );
}

const MOST = 8;
/** Where a batch is that nobody says the folder of. */
const DEFAULT_FOLDER = join(DEFAULT_STATE, 'batches', 'latest');

/** A sentence, and commands that stand on lines of their own, so that they can be copied whole. */
type Step = [text: string, ...commands: string[]];

/** Reasons that stand until somebody accepts them. */
const HELD = ['WAVE_HELD', 'RULE_FIRED'];

/** Whether the token is refused: a resume would be stopped again at once. */
const needsToken = (code: string): boolean => adviceFor(code) === adviceFor('CF_UNAUTHORIZED');

function resumeSteps({ counts, state, stopped }: Report, command: string): Step[] {
  const left = counts.unprocessed > 0 ? ` with ${counted(counts.unprocessed, 'row')} left` : '';
  const what = state === 'stopped' ? 'The batch was stopped' : 'The batch is running, or was broken off';
  const doubt = stopped?.in_doubt.length ?? 0;
  const doubtful =
    doubt === 0 ? '' : ` ${counted(doubt, 'row')} may have been sent: each is read before it is sent again.`;
  const code = stopped?.code ?? '';
  if (needsToken(code)) {
    return [[`${what}${left}: renew the token in CLOUDFLARE_API_TOKEN, then resume.${doubtful}`, command]];
  }
  if (!HELD.includes(code)) return [[`${what}${left}. To carry on:${doubtful}`, command]];
  const go = command.replace('hostroll resume', 'hostroll go');
  return [[`${what}${left}. To accept what is held, and to carry on:`, go, command]];
}

function stepsOf({ counts, phases, settled, manifest, resume, batch, causes }: Report, folder: string): Step[] {
  const steps: Step[] = [];
  const file = `failed.${manifest.format}`;
  const again = counts.failed + counts.gave_up + (resume === null ? counts.unprocessed : 0);
  if (counts.rejected > 0) steps.push([`Correct the rows of ${file}, and apply it: it is a manifest again.`]);
  if (again > 0)
    steps.push([
      `When the causes are removed, send ${counted(again, 'row')} again:`,
      batchCommand('retry', batch, folder),
    ]);
  if (causes.some(({ who }) => who === 'customer')) {
    steps.push([
      'Hand on what customers must publish:',
      `${batchCommand('dcv export', batch, folder)} --format markdown --out letters`,
    ]);
  } else if (settled.pending > 0 && phases.validating + phases.issuing > 0) {
    steps.push([
      'Wait some minutes, then read the states again:',
      `${batchCommand('report', batch, folder)} --refresh`,
    ]);
  }
  return steps.length > 0 || resume !== null || causes.length > 0 ? steps : [['Nothing: every row is as asked.']];
}

function hanging(step: string): string[] {
  const [first = '', ...rest] = wrapped(step, '    ');
  return [`  - ${first.trimStart()}`, ...rest];
}
