import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiledSource } from './compiled-source.ts';

/** Says `taken` or an error's code for each line on its input (`take` or `release`), and ends with its input. */
const SCRIPT = `
import { createInterface } from 'node:readline';
import { takeProcessLock } from './disk/process-lock.js';
const [path, command] = process.argv.slice(2);
let lock;
for await (const line of createInterface({ input: process.stdin })) {
  try {
    if (line === 'take') lock = await takeProcessLock(path, 'The queue', command);
    else await lock.release();
    console.log(line === 'take' ? 'taken' : 'released');
  } catch (error) {
    console.log(error.code ?? String(error));
  }
}
`;

/** A process of its own that takes and releases one lock when told to. */
export interface LockProcess {
  pid: number;
  say(word: 'take' | 'release'): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Compiles the lock into `folder`; the result starts processes that use the lock file `path`. */
export async function lockProcesses(folder: string): Promise<(path: string, command?: string) => LockProcess> {
  await compiledSource(folder, ['terms.ts', 'disk/on-disk.ts', 'disk/private-folder.ts', 'disk/process-lock.ts']);
  const script = join(folder, 'lock-process.js');
  await writeFile(script, SCRIPT);
  return (path, command = 'hostroll apply') => started(spawn(process.execPath, [script, path, command]));
}

function started(child: ChildProcess): LockProcess {
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) throw new Error('The process did not start.');
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    pid,
    async say(word) {
      stdin.write(`${word}\n`);
      return (await answers.next()).value ?? 'gone';
    },
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
