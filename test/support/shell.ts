import { PassThrough } from 'node:stream';
import { run } from '../../scripts/run.ts';
import type { Shell } from '../../scripts/shell.ts';
import type { Env } from '../../src/config/inputs.ts';

/** What a command left that was run within the test. */
export interface Left {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a command runs in that reads `input`, leaves what it says in `left`, and is asked nothing. */
export const idleShell = (left: Left = { code: 0, stdout: '', stderr: '' }, input: string | Buffer = ''): Shell => ({
  env: {},
  terminal: {
    out: (text) => {
      left.stdout += `${text}\n`;
    },
    stream: async (text) => {
      left.stdout += text;
    },
    note: (text) => {
      left.stderr += `${text}\n`;
    },
    input: new PassThrough().end(input),
    color: false,
    width: Number.POSITIVE_INFINITY,
    canAsk: false,
    ask: async () => undefined,
    show: () => () => {},
  },
  interruptible: (use) => use(new AbortController().signal),
});

/** What a command is run with; `stop` is its Ctrl-C. */
export interface Given {
  env?: Env;
  input?: string | Buffer;
  stop?: AbortSignal;
  /** Somebody sits at the terminal, and says this when asked. */
  answer?(question: string): string | undefined;
}

/** Runs `hostroll` with these words in this process; give paths absolute, `--state` included. */
export async function hostroll(
  words: readonly string[],
  { env = {}, input = '', stop, answer }: Given = {},
): Promise<Left> {
  const left: Left = { code: 0, stdout: '', stderr: '' };
  const idle = idleShell(left, input);
  const asked = answer && { canAsk: true, ask: async (question: string) => answer(question) };
  const shell: Shell = {
    ...idle,
    terminal: { ...idle.terminal, ...asked },
    env,
    interruptible: (use) => use(stop ?? new AbortController().signal),
  };
  left.code = await run(words, shell);
  return left;
}
