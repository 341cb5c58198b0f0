import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { brakesOf, checkPlan } from '../src/batch/plan/brakes.ts';
import type { PlanSummary } from '../src/batch/plan/plan-summary.ts';
import { EXIT } from '../src/codes/exit.ts';
import type { Config } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readResumeConfig } from '../src/config/resume-config.ts';
import { besideOthers } from '../src/coordinator/beside-others.ts';
import { ownEngine } from '../src/coordinator/engine.ts';
import { refreshStates } from '../src/coordinator/refresh-states.ts';
import {
  type Ended,
  type Prepare,
  planAndRun,
  planOnly,
  type Screen,
  type Session,
} from '../src/coordinator/session.ts';
import { planMarkdown } from '../src/report/text/plan-markdown.ts';
import { renderPlan } from '../src/report/text/plan-text.ts';
import { HostrollError } from '../src/terms.ts';
import { counted, fitted } from '../src/text/text-layout.ts';
import { reportOnTerminal } from './report-on-terminal.ts';
import type { Shell } from './shell.ts';
import { ReaderLeft, type Terminal } from './terminal.ts';

/** A session of this process alone, that a person watches. */
export interface Attended {
  config: Config;
  command: string;
  /** Print JSON, not what a person reads. */
  json: boolean | undefined;
  /** Looks at what the batch has come to, once it is settled, and resolves with the exit code. */
  verify?: ((folder: BatchFolder) => Promise<number>) | undefined;
  /** Ask nothing. */
  yes?: boolean | undefined;
}

/** Plans, shows the plan, asks unless `yes`, runs, settles, reports. Resolves with the exit code. */
export async function applyAttended(shell: Shell, asked: Attended, prepare: Prepare): Promise<number> {
  const { terminal } = shell;
  if (!asked.yes && !terminal.canAsk) {
    throw new HostrollError(
      'CONFIRMATION_NEEDED',
      'There is no terminal to ask on: add --yes to send the edits without asking, or look at the plan first ("hostroll plan", or --dry-run).',
    );
  }
  const show = async (summary: PlanSummary, interrupt: AbortSignal) => {
    if (!asked.json)
      terminal.out(`${fitted(renderPlan(withBrakes(summary, asked.config), terminal), terminal.width)}\n`);
    checkPlan(summary, asked.config.rules, { isWatched: !asked.yes, now: Date.now() });
    if (!asked.yes) await confirm(summary, terminal, interrupt);
  };
  return runAttended(shell, asked, (session) => planAndRun(session, prepare), show);
}

export type PlanFormat = 'text' | 'json' | 'markdown';

/** Plans and shows the plan; `take` has the folder meanwhile. Resolves with the exit code. */
export async function planAttended(
  shell: Shell,
  asked: Attended,
  prepare: Prepare,
  {
    format = asked.json ? 'json' : 'text',
    take,
    next,
    exitOf = () => EXIT.ok,
  }: {
    format?: PlanFormat;
    take?: (folder: BatchFolder) => Promise<void>;
    /** The command that carries the plan out. */
    next?: string;
    exitOf?: ((summary: PlanSummary) => number) | undefined;
  } = {},
): Promise<number> {
  const reading = { ...asked, config: await besideOthers(asked.config, shell.terminal.note) };
  const made = await withSession(shell, reading, (session) => planOnly(session, prepare, take));
  const summary = withBrakes(made, asked.config);
  const { terminal } = shell;
  if (format === 'markdown') terminal.out(planMarkdown(summary));
  else
    terminal.out(
      format === 'json'
        ? JSON.stringify(summary, null, 2)
        : fitted(renderPlan(summary, { color: terminal.color, next }), terminal.width),
    );
  checkPlan(summary, asked.config.rules, { isWatched: true, now: Date.now() });
  return exitOf(summary);
}

/** A plan that says, among what is to be known, what would hold it where nobody watches. */
const withBrakes = (summary: PlanSummary, { rules }: Config): PlanSummary => ({
  ...summary,
  notes: [
    ...summary.notes,
    ...brakesOf(summary, rules, Date.now()).map((brake) => `Held where nobody watches: ${brake}`),
  ],
});

/** Carries a batch out and shows its report. Resolves with its exit code. */
export async function runAttended(
  shell: Shell,
  asked: Attended,
  work: (session: Session) => Promise<Ended>,
  planned?: (summary: PlanSummary, interrupt: AbortSignal) => Promise<void>,
): Promise<number> {
  const { folder, code, report } = await withSession(shell, asked, work, planned);
  const { terminal } = shell;
  if (!asked.json) reportOnTerminal(report, folder, terminal);
  else await printReport(folder, terminal);
  // What the API does not show may be proven.
  return asked.verify !== undefined && (code === EXIT.ok || code === EXIT.somePending) ? asked.verify(folder) : code;
}

/** Prints `report.json`; that nobody reads it changes nothing of how the batch has ended. */
async function printReport(folder: BatchFolder, terminal: Terminal): Promise<void> {
  try {
    for await (const text of createReadStream(join(folder.path, 'report.json'), 'utf8')) await terminal.stream(text);
  } catch (error) {
    if (!(error instanceof ReaderLeft)) throw error;
  }
}

/** Reads the states of a batch's hostnames again, into its ledger, while its progress is shown. */
export async function refreshAttended(folder: BatchFolder, flags: Flags, shell: Shell, command: string): Promise<void> {
  const read = readResumeConfig(await readBatchFile(folder.path), flags, shell.env);
  const config = await besideOthers(read, shell.terminal.note);
  await withSession(shell, { config, command, json: false }, (session) => refreshStates(session, folder));
}

function withSession<T>(
  { terminal, interruptible }: Shell,
  { config, command, yes }: Attended,
  use: (session: Session) => Promise<T>,
  planned: (summary: PlanSummary, interrupt: AbortSignal) => Promise<void> = async () => {},
): Promise<T> {
  return interruptible((interrupt) => {
    let show = () => () => {};
    let hide = () => {};
    const screen: Screen = {
      show: (progress) => {
        show = () => terminal.show(progress);
        hide = show();
        return () => hide();
      },
      planned: async (summary) => {
        hide();
        await planned(summary, interrupt);
        hide = show();
      },
      ...(terminal.canAsk && !yes
        ? {
            ask: async ({ reason }, stop) => {
              hide();
              const isGo = await askAtGate(reason, terminal, stop);
              hide = show();
              return isGo;
            },
          }
        : {}),
    };
    return use({ config, command, interrupt, engine: ownEngine(config, { command, warn: terminal.note }), screen });
  });
}

/** Only the whole word says yes: a stray Enter must not send thousands of edits. */
const isWholeYes = (answer: string | undefined): boolean => answer?.trim().toLowerCase() === 'yes';

/** Whether what a gate holds may go on. */
async function askAtGate(reason: string, terminal: Terminal, stop: AbortSignal): Promise<boolean> {
  terminal.note(`${reason}.`);
  const isYes = isWholeYes(await terminal.ask('Begin the next wave? Type "yes" to go on: ', stop));
  if (!isYes && !stop.aborted) {
    terminal.note('Nothing more is sent. "hostroll go" begins the next wave, Ctrl-C ends this run.');
  }
  return isYes;
}

/** Asks before anything is sent. Throws `NOT_CONFIRMED`, and `INTERRUPTED` where `interrupt` has ended the question. */
export async function confirm(
  { counts }: Pick<PlanSummary, 'counts'>,
  terminal: Pick<Terminal, 'ask'>,
  interrupt: AbortSignal,
): Promise<void> {
  const edits = counts.edit + counts.recheck;
  if (edits > 0) await wholeYes(`Send ${counted(edits, 'edit')}?`, terminal, interrupt, 'Nothing was sent.');
}

/** Goes on where the answer is "yes". Throws as `confirm`, with `otherwise` as what has come of it. */
export async function wholeYes(
  what: string,
  terminal: Pick<Terminal, 'ask'>,
  interrupt: AbortSignal,
  otherwise: string,
): Promise<void> {
  let answer = await terminal.ask(`${what} Type "yes" to go on: `, interrupt);
  // Neither a yes nor a no: who means yes is not to begin again.
  while (answer?.trim().toLowerCase() === 'y') {
    answer = await terminal.ask('Type the whole word "yes" to go on, anything else to leave: ', interrupt);
  }
  if (isWholeYes(answer)) return;
  throw new HostrollError(interrupt.aborted ? 'INTERRUPTED' : 'NOT_CONFIRMED', otherwise);
}
