import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs an ES module from its text, in a process of its own that sees the built product under `./dist`, and its arguments
 * from `process.argv[1]` on. Resolves once it has printed a line; `kill` ends it as a power cut would.
 */
export async function scriptProcess(script: string, args: readonly string[]): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([
    ready,
    gone.then(() => {
      throw new Error('The process ended before it was ready.');
    }),
  ]);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
