import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HOSTROLL } from '../src/disk/package-file.ts';
import type { Sandbox } from '../src/sandbox/start-sandbox.ts';

/** Runs `hostroll` against a simulator in a process of its own, as a person would. Resolves with its exit code. */
export async function runHostroll(
  api: Pick<Sandbox, 'url' | 'token' | 'zones'>,
  args: readonly string[],
  stdio: 'inherit' | 'ignore' = 'inherit',
): Promise<number | null> {
  const env = {
    ...process.env,
    CLOUDFLARE_BASE_URL: api.url,
    CLOUDFLARE_API_TOKEN: api.token,
    CLOUDFLARE_ZONE_ID: api.zones[0]?.id,
  };
  const hostroll = spawn(process.execPath, [HOSTROLL, ...args], { stdio, env });
  const [code] = (await once(hostroll, 'exit')) as [number | null];
  return code;
}

/** Ctrl-C reaches both processes of the terminal's group: the batch decides how to end, not the demo. */
export const leaveInterruptToBatch = (): void => {
  process.on('SIGINT', () => {});
};

export const say = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
