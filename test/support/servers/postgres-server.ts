import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

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

/**
 * Starts a Postgres of its own from the programs in `bin`. Its queue is not set up: that is `hostroll migrate`'s work. Without
 * `fsync` a killed server loses nothing that the kernel has; only the machine's own death would tell.
 */
export async function startPostgres(bin: string, { fsync = false } = {}): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-postgres-'));
  const identity = await runsAs();
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, ...identity };
  await run(join(bin, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
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
