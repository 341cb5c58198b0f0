import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

/**
 * Starts a Redis as docs/operations.md asks for: an append-only file, nothing evicted; `more` settings are laid over those.
 */
export async function startRedis(file: string, more: Record<string, string> = {}): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-redis-'));
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    ...more,
  };
  // A value of several words is several arguments.
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...value.split(' ')]);
  const server = serverProcess({ file, args, ready: 'Ready to accept connections' });
  await server.start();
  return {
    ...server,
    port,
    url: `redis://127.0.0.1:${port}`,
    remove: async () => {
      await server.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
