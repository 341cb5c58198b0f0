import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { UNLIMITED } from './measure-edits.ts';
import { HOSTROLL, withScene } from './scene.ts';

const ROWS = 300;
const STARTS = 5;
/** As the process ends it says what it took. */
const TELL =
  'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error("cpu",user+system)})';

/** The least of several starts of Node.js with `args` in `cwd`, in milliseconds of processor time. */
function startMs(args: readonly string[], cwd: string): number {
  const starts = Array.from({ length: STARTS }, () => {
    const { stderr } = spawnSync(process.execPath, ['--import', TELL, ...args], { encoding: 'utf8', cwd });
    return Number(/^cpu (\d+)$/m.exec(stderr)?.[1] ?? Number.NaN) / 1_000;
  });
  return Math.min(...starts);
}

/** What each command takes in a folder with a finished batch of 300 rows: in milliseconds of processor time, and in starts of Node.js itself. */
export const startCosts = (commands: readonly string[]): Promise<{ command: string; ms: number; times: number }[]> =>
  withScene({ hostnames: ROWS }, async ({ folder, start }) => {
    const [code] = await once(start([HOSTROLL, 'apply', 'm.csv', ...UNLIMITED, '--wait', '0', '--yes']), 'exit');
    if (code !== 0) throw new Error(`apply ended with ${code}.`);
    const bare = startMs(['-e', '0'], folder);
    return commands.map((command) => {
      const ms = startMs([HOSTROLL, ...command.split(' ')], folder);
      return { command, ms, times: ms / bare };
    });
  });
