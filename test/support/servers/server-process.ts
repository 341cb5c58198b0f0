import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server that belongs to one test alone, which may end it and start it again on the same port and data. */
export interface PrivateServer {
  url: string;
  port: number;
  /** Of the process; undefined where there is none. */
  pid(): number | undefined;
  start(): Promise<void>;
  /** Resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it for good, and removes its data. */
  remove(): Promise<void>;
}

/** How to run a server in the foreground. */
interface ServerCommand {
  file: string;
  args: string[];
  options?: Pick<SpawnOptions, 'uid' | 'gid' | 'cwd'>;
  /** What it prints, on either stream, once it takes connections. */
  ready: string;
}

/** Starts and stops one server process; `start` fails with what the server said where it does not come up. */
export function serverProcess({
  file,
  args,
  options,
  ready,
}: ServerCommand): Pick<PrivateServer, 'pid' | 'start' | 'stop'> {
  let running: ChildProcess | undefined;
  const killed = () => void running?.kill('SIGKILL');
  return {
    pid: () => running?.pid,
    start: async () => {
      const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      running = child;
      process.once('exit', killed);
      let said = '';
      await new Promise<void>((resolve, reject) => {
        const hear = (text: string) => {
          said += text;
          if (said.includes(ready)) resolve();
        };
        child.stdout.setEncoding('utf8').on('data', hear);
        child.stderr.setEncoding('utf8').on('data', hear);
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${said}`)));
      });
    },
    stop: async (signal = 'SIGTERM') => {
      const child = running;
      running = undefined;
      process.off('exit', killed);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
