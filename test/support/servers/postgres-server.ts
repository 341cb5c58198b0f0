import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';
import { TEMPLATES } from './templates.ts';

const run = promisify(execFile);
const USER = 'hostroll';

/** Who Postgres runs as: it refuses root, for whom the package's own user stands in. */
async function runsAs(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

/** Makes a data folder: a copy of the first one of this test run, which takes a tenth of the time. */
async function makeData(bin: string, data: string, identity: Awaited<ReturnType<typeof runsAs>>): Promise<void> {
  const initdb = async (folder: string, cwd: string) => {
    const words = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--wal-segsize=1'];
    await run(join(bin, 'initdb'), ['-D', folder, ...words], { cwd, ...identity });
  };
  const templates = process.env[TEMPLATES];
  if (templates === undefined) return initdb(data, dirname(data));
  const template = join(templates, 'postgres');
  if (!existsSync(template)) {
    const made = await ownFolder(identity);
    await initdb(join(made, 'data'), made);
    // Another worker of the run may have been as quick.
    await rename(join(made, 'data'), template).catch(() => {});
    await rm(made, { recursive: true, force: true });
  }
  await run('cp', ['-a', template, data]);
}

async function ownFolder(identity: Awaited<ReturnType<typeof runsAs>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-postgres-'));
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  return folder;
}

/**
 * Starts a Postgres of its own from the programs in `bin`. Its queue is not set up: that is `hostroll migrate`'s work. Without
 * `fsync` a killed server loses nothing that the kernel has; only the machine's own death would tell.
 */
export async function startPostgres(bin: string, { fsync = false } = {}): Promise<PrivateServer> {
  const identity = await runsAs();
  const folder = await ownFolder(identity);
  const data = join(folder, 'data');
  const options = { cwd: folder, ...identity };
  await makeData(bin, data, identity);
  const port = await freePort();
  const settings = ['-c', `fsync=${fsync ? 'on' : 'off'}`];
  const args = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', ...settings];
  const ready = 'database system is ready to accept connections';
  const server = serverProcess({ file: join(bin, 'postgres'), args, options, ready });
  await server.start();
  return {
    ...server,
    port,
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    remove: async () => {
      // Fast shutdown ends its children too, which SIGKILL would leave.
      await server.stop('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
