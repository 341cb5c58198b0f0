import { spawn } from 'node:child_process';
import { SECOND } from '../terms.ts';
import type { Fault } from './bundle-source.ts';

const DEFAULT_LIMITS = { timeoutMs: 30 * SECOND, maxBytes: 1024 * 1024 };

/**
 * Runs a program without a shell and resolves with what it printed. It gets no input, what it complains about is not shown
 * (it may hold a secret), and it ends, with all that it has started, at the limits of time and output.
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  { timeoutMs, maxBytes } = DEFAULT_LIMITS,
): Promise<{ text: string } | { fault: Fault }> {
  // Its own group, so that what it starts can be ended with it and cannot hold the output open.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  let fault: Fault | undefined;
  const fail = (message: string) => {
    fault ??= { code: 'CERTIFICATE_COMMAND_FAILED', message };
    end();
  };
  const timer = setTimeout(() => fail(`The command did not end within ${timeoutMs / SECOND} s.`), timeoutMs);
  const pieces: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > maxBytes) fail(`The command printed more than ${maxBytes / 1024} KiB.`);
    else pieces.push(piece);
  });
  await new Promise<void>((done) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      fail(`The command cannot be started (${error.code ?? 'unknown error'}).`);
      done();
    });
    child.once('close', (status, signal) => {
      if (status !== 0) fail(`The command ended with ${signal ?? `exit code ${status}`}; run it by hand to see why.`);
      done();
    });
  });
  clearTimeout(timer);
  return fault === undefined ? { text: Buffer.concat(pieces).toString('utf8') } : { fault };
}
