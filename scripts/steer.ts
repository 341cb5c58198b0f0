import type { Word } from '../src/batch/control/word.ts';
import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { findKnown, sayToKnown } from '../src/batch/submit/known-batches.ts';
import { sayToSubmission } from '../src/batch/submit/submission.ts';
import type { BatchView } from '../src/batch/view/batch-view.ts';
import { EXIT } from '../src/codes/exit.ts';
import { priorityOption, withStateFlag } from '../src/config/flags.ts';
import { queueMeant } from '../src/config/queue-meant.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { readWord, type SteerFlags } from '../src/config/steer-options.ts';
import { isHeeded, steer } from '../src/coordinator/steer.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { endangeredText } from '../src/report/endangered.ts';
import { steeredText, TOLD } from '../src/report/text/steered-text.ts';
import { localZone } from '../src/schedule/time-zone.ts';
import { SECOND } from '../src/terms.ts';
import { formatClock } from '../src/text/format-time.ts';
import { counted } from '../src/text/text-layout.ts';
import type { AddCommand, Shell } from './shell.ts';

/** What the commands that steer a batch share. */
const steering =
  (
    word: Word['word'],
    example: string,
    add: (command: ReturnType<typeof withStateFlag>) => unknown = () => {},
  ): AddCommand =>
  (program, shell, exit) => {
    const command = withStateFlag(
      program
        .command(word)
        .argument('<batch>', 'batch id, the start of one, or "latest"; with --queue, or of a submission'),
    );
    add(command);
    command
      .option('--queue <url>', 'of a batch on another machine, or one that was submitted: its queue')
      .option('--reason <text>', 'why; kept with who says it, when and from where')
      .addHelpText(
        'after',
        `\nReads and writes the state folder alone, whatever process runs the batch; with --queue, the queue alone.\n\nExamples:\n${example}`,
      )
      .action(async (batch: string, flags: SteerFlags) => exit(await say(word, batch, flags, shell)));
  };

/** `hostroll pause`: begins no further call, until a time or until `hostroll go`. */
export const pauseCommand = steering(
  'pause',
  '  hostroll pause latest --for 2h --reason "change freeze"\n  hostroll pause 20261123-071500-k3f9 --until 06:00',
  (command) =>
    command
      .option('--for <time>', 'go on by itself after so long, such as 30m or 2h')
      .option('--until <time>', 'go on by itself at this time of day, or instant (ISO 8601)')
      .option('--only <rows>', 'hold rows of that kind alone, such as ca=google,method=txt (zone, lane, ca, method)'),
);

/** `hostroll go`: lifts a pause, a gate, and what a stop rule holds. */
export const goCommand = steering('go', '  hostroll go latest --reason "freeze is over"');

/** `hostroll cancel`: ends a batch for good; what is done stays done. */
export const cancelCommand = steering('cancel', '  hostroll cancel latest --reason "wrong manifest"');

/** `hostroll tune`: other limits for a batch that runs. */
export const tuneCommand = steering(
  'tune',
  '  hostroll tune latest --share 0.3 --reason "the dashboard is slow"',
  (command) =>
    command
      .option('--quota <calls/window>', 'declared API quota of its credentials')
      .option('--share <part>', 'part of the quota to use')
      .option('--window <rows>', 'most rows in the queue at a time')
      .addOption(priorityOption())
      .option('--max-failures <rows>', 'rows that may fail before the batch is held'),
);

async function say(
  kind: Word['word'],
  wanted: string,
  flags: SteerFlags,
  { terminal, env, interruptible }: Shell,
): Promise<number> {
  const word = readWord(kind, flags, { env, now: Date.now(), tz: localZone() });
  const queue = await queueMeant(wanted, flags, env);
  if (queue !== undefined) return sayThere(word, wanted, queue, { terminal, interruptible });
  const folder = await findBatch(readStateConfig(flags, env).state, wanted);
  const doing = kind === 'cancel' ? 'Cancelling' : 'Pausing';
  const resting = (calls: number, until: string) =>
    terminal.note(`${doing}: ${counted(calls, 'call')} in flight, until ${formatClock(until)} at most.`);
  const came = await interruptible((interrupt) => steer(folder, word, { interrupt, resting }), {
    says: '\nNo longer waiting; the word is said.',
  });
  terminal.out(steeredText(folder.batch, word, came));
  const endangered = kind === 'pause' && came.heeded ? await endangeredText(folder, Date.now()) : undefined;
  if (endangered !== undefined) terminal.out(endangered);
  return EXIT.ok;
}

/** How long a batch elsewhere is waited for: its calls may take 35 s to end. */
const HEEDED_WITHIN_MS = 45 * SECOND;

/** To a batch whose process hears the word by its queue, within a second or two. */
async function sayThere(
  word: Word,
  wanted: string,
  queue: string,
  { terminal, interruptible }: Pick<Shell, 'terminal' | 'interruptible'>,
): Promise<number> {
  const backend = await openQueueBackend(queue, `hostroll ${word.word}`);
  try {
    const known = await findKnown(backend, wanted);
    if (known !== undefined) {
      const waiting = { waitMs: HEEDED_WITHIN_MS, isHeeded: ({ stage }: BatchView) => isHeeded(word, stage) };
      const came = await interruptible((interrupt) => sayToKnown(backend, known, word, { ...waiting, interrupt }), {
        says: '\nNo longer waiting; the word is said.',
      });
      const { view } = came ?? {};
      const heeded = view !== undefined && isHeeded(word, view.stage);
      terminal.out(
        came === undefined && word.word === 'cancel'
          ? `Batch ${known.batch} has ended; the report is on ${known.host}.`
          : steeredText(known.batch, word, { running: true, ...view, heeded }),
      );
      return EXIT.ok;
    }
    const { id, coordinator } = await sayToSubmission(backend, wanted, word);
    const who =
      coordinator === undefined ? 'whoever takes it hears it first' : `its coordinator ${coordinator} hears it`;
    terminal.out(
      `Submission ${id} is told to ${TOLD[word.word]}; ${who}. "hostroll status --queue" shows what it does.`,
    );
    return EXIT.ok;
  } finally {
    await backend.close();
  }
}
