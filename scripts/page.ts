import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DoctorFlags, doctorOptions } from '../src/config/doctor-flags.ts';
import { readWord } from '../src/config/steer-options.ts';
import { version } from '../src/coordinator/version.ts';
import { type Page, servePage } from '../src/dashboard/serve-page.ts';
import { HOSTROLL } from '../src/disk/package-file.ts';
import { localZone } from '../src/schedule/time-zone.ts';
import { HostrollError, SECOND } from '../src/terms.ts';
import type { Shell } from './shell.ts';

/** A command that is refused ends sooner than this; one that goes on has begun its work. */
const REFUSED_WITHIN_MS = 4 * SECOND;

/** Serves the page of a state folder, and says where. Throws `ADDRESS_REFUSED` and `CONFIG_INVALID`. */
export async function showPage(
  {
    state,
    port = 0,
    readOnly = false,
    flags,
  }: { state: string; port?: number; readOnly?: boolean; flags: DoctorFlags },
  { env, terminal }: Shell,
): Promise<Page> {
  const page = await servePage({
    ...{ state, port, readOnly, version, look: doctorOptions(flags) },
    acts: {
      readWord: (word, given) => readWord(word, given, { env, now: Date.now(), tz: localZone() }),
      start: (words, input = '') => start([...words, '--state', state], { env, input }),
    },
  });
  terminal.note(`The batches of ${state} are shown on\n\n  ${page.link}\n\nThe link is good once.`);
  return page;
}

/** Starts hostroll as a process that outlives this one. What it says as it ends at once is the error; later its batch says all. */
async function start(
  words: string[],
  { env, input }: { env: Shell['env']; input: string },
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'hostroll-page-'));
  const path = join(folder, 'said');
  const said = openSync(path, 'w', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, HOSTROLL, ...words], {
    ...{ env: env as NodeJS.ProcessEnv, detached: true, stdio: ['pipe', said, said] },
  });
  closeSync(said);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  child.unref();
  try {
    const code = await new Promise<number | null | undefined>((resolve, reject) => {
      const timer = setTimeout(() => resolve(undefined), REFUSED_WITHIN_MS);
      child.once('error', reject);
      child.once('exit', (of) => {
        clearTimeout(timer);
        resolve(of);
      });
    });
    if (code === undefined) return undefined;
    const text = readFileSync(path, 'utf8').trim().split('\n').slice(-LINES_SAID).join(' ');
    if (code === 0) return text;
    throw new HostrollError('COMMAND_REFUSED', `"hostroll ${words[0]}" ended with exit code ${code}: ${text}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of what a refused command said, the last lines say why. */
const LINES_SAID = 5;
