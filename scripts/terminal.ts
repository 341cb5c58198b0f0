import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import pc from 'picocolors';
import type { BatchView } from '../src/batch/view/batch-view.ts';
import { renderPlainProgress, renderProgress } from '../src/report/text/progress-line.ts';
import { SECOND } from '../src/terms.ts';
import { forTerminal, printableLines } from '../src/text/printable.ts';
import { fitted, TEXT_WIDTH } from '../src/text/text-layout.ts';

/** What commands say to people: results to standard output, everything else to standard error. */
export interface Terminal {
  out(text: string): void;
  /** Columns of standard output; no bound where it is a file or a pipe. */
  width: number;
  /** A piece of a long result; resolves when the reader has room for more. */
  stream(text: string): Promise<void>;
  note(text: string): void;
  /** Standard input, as a manifest. */
  input: AsyncIterable<Buffer>;
  /** Colour on standard output: only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
  color: boolean;
  /** Whether somebody can be asked. */
  canAsk: boolean;
  /** Asks for one line; undefined where the input ends instead. */
  ask(question: string, stop: AbortSignal): Promise<string | undefined>;
  /**
   * Shows progress until the returned function is called: on a terminal a live line, or the whole text where that is given; else
   * a plain line now and then.
   */
  show(progress: () => BatchView, whole?: (style: { color: boolean }) => string): () => void;
}

const LIVE_EVERY_MS = 250;
const PLAIN_EVERY_MS = 5 * SECOND;

/** A reader that has seen enough (`| head`) ends the pipe: what was done is done, and what only was to be shown ends quietly. */
export class ReaderLeft extends Error {}

/** How Node tells that the other end of a pipe is closed, at first and at every later write. */
const LEFT = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

export const unlessReaderLeft = (error: NodeJS.ErrnoException): void => {
  if (!LEFT.includes(error.code ?? '')) throw error;
};

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const color = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    out: (text) => void stdout.write(`${forTerminal(text, color)}\n`),
    stream: async (text) => {
      if (!stdout.write(forTerminal(text, color)) && !stdout.destroyed) {
        await once(stdout, 'drain').catch(unlessReaderLeft);
      }
      if (stdout.destroyed) throw new ReaderLeft('The reader of the output has left.');
    },
    width: columnsOf(stdout),
    note: (text) => void stderr.write(`${fitted(printableLines(text), columnsOf(stderr))}\n`),
    input: stdin,
    color,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    ask: async (question, stop) => {
      const lines = createInterface({ input: stdin, output: stderr });
      // The line editor keeps Ctrl-C to itself, and leaves a question open whose input has ended.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      const ended = once(lines, 'close').then(() => undefined);
      try {
        return await Promise.race([lines.question(question, { signal: stop }), ended]);
      } catch {
        return undefined;
      } finally {
        lines.close();
      }
    },
    show: (progress, whole) => {
      if (stderr.isTTY !== true || env.TERM === 'dumb') return showPlain(progress);
      const color = !env.NO_COLOR;
      const { red } = pc.createColors(color);
      return showLive(() =>
        whole === undefined
          ? renderProgress(progress(), { width: columnsOf(stderr), red })
          : forTerminal(whole({ color }), color),
      );
    },
  };
}

/** A terminal that does not say how wide it is has the usual width. */
const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number =>
  isTTY ? columns || TEXT_WIDTH : Number.POSITIVE_INFINITY;

function showLive(text: () => string): () => void {
  let hide = (): void => {};
  let hidden = false;
  // Its libraries take a quarter of the time of a command that shows no line.
  void import('log-update').then(({ createLogUpdate }) => {
    if (hidden) return;
    const line = createLogUpdate(process.stderr);
    const timer = setInterval(() => line(text()), LIVE_EVERY_MS);
    hide = () => {
      clearInterval(timer);
      line.clear();
      line.done();
    };
  });
  return () => {
    hidden = true;
    hide();
  };
}

function showPlain(progress: () => BatchView): () => void {
  const timer = setInterval(() => process.stderr.write(`${renderPlainProgress(progress())}\n`), PLAIN_EVERY_MS);
  return () => clearInterval(timer);
}
