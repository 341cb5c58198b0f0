import type { Report } from '../report.ts';
import { counted, wrapped } from './text-layout.ts';

/** What an operator should do after this report, most urgent first, as lines; one line if there is nothing to do. */
export function nextSteps(report: Report): string[] {
  const steps = stepsOf(report).flatMap(hanging);
  // A command stands on a line of its own, so that it can be copied whole.
  return report.resume === null ? steps : [...resumeLines(report, report.resume), ...steps];
}

/** Reasons that stand until somebody accepts them. */
const HELD = ['WAVE_HELD', 'RULE_FIRED'];

function resumeLines({ counts, state, stopped }: Report, command: string): string[] {
  const left = counts.unprocessed > 0 ? ` with ${counted(counts.unprocessed, 'row')} left` : '';
  const what = state === 'stopped' ? 'The batch was stopped' : 'The batch is running, or was broken off';
  if (!HELD.includes(stopped?.code ?? '')) return [...hanging(`${what}${left}. To carry on:`), `      ${command}`];
  const go = command.replace('hostroll resume', 'hostroll go');
  return [...hanging(`${what}${left}. To accept what is held, and to carry on:`), `      ${go}`, `      ${command}`];
}

function stepsOf(report: Report): string[] {
  const { counts, settled, phases, manifest, resume } = report;
  const steps: string[] = [];
  const handedBack = (name: string): string => `${name}.${manifest.format}`;
  if (resume === null && counts.unprocessed > 0) {
    steps.push(`Rows were left out: apply ${handedBack('unprocessed')} for them.`);
  }
  if (counts.failed + counts.gave_up + counts.rejected > 0) {
    const file = handedBack('failed');
    steps.push(
      `Remove the causes above, correct the rows of ${file} where needed, and apply it: it is a manifest again.`,
    );
  }
  if (report.not_in_effect_count > 0) {
    steps.push(
      'Look at the hostnames not in effect: the API took their change without doing it. Do not send it blindly again.',
    );
  }
  if (phases.validating > 0) {
    steps.push(
      'Wait some minutes for the hostnames being validated: Cloudflare has not checked them by itself since their edit. "hostroll report --refresh" then reads their states again.',
    );
  }
  if (settled.pending > phases.validating + phases.issuing) {
    steps.push(
      'Publish the records of pending-dcv.csv, or hand them on with "hostroll dcv export". Of the ownership records of a hostname one is enough, and a delegation record stands in for its certificate records.',
    );
  }
  if (settled.errored > 0) {
    steps.push(
      'For hostnames in error, remove the cause and send them again with recheck: Cloudflare no longer tries by itself.',
    );
  }
  return steps.length > 0 || resume !== null ? steps : ['Nothing: every row is as asked.'];
}

function hanging(step: string): string[] {
  const [first = '', ...rest] = wrapped(step, '    ');
  return [`  - ${first.trimStart()}`, ...rest];
}
