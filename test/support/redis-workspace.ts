import { onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { startRedis } from './servers/redis-server.ts';
import { redisServer } from './servers/server-kinds.ts';
import { FAST, type Workspace, workspaceWith } from './workspace.ts';

/** A workspace whose commands run on a Redis of its own, where each takes a tenth of the time; needs one on this machine. */
export async function redisWorkspace(options: SandboxOptions): Promise<Workspace> {
  const server = await startRedis(redisServer);
  onTestFinished(() => server.remove());
  const desk = await workspaceWith(options);
  const sealKey = Buffer.alloc(32, 7).toString('base64');
  const env = { HOSTROLL_QUEUE: server.url, HOSTROLL_QUOTA: FAST[1] ?? '', HOSTROLL_SEAL_KEY: sealKey };
  return { ...desk, run: (args, more = {}) => desk.run(args, { ...more, env: { ...env, ...more.env } }) };
}
