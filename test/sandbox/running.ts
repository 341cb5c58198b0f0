import { afterEach } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';

const running: Sandbox[] = [];

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

/** A simulator whose clock only the test moves; it is closed after the test. */
export const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const sandbox = await startSandbox({ clock: { speed: 0 }, plan: 'enterprise', no_limits: true, ...options });
  running.push(sandbox);
  return sandbox;
};

/** A hostname with a certificate that is active and serves. */
export const SHOP = { id: '11111111-2222-4333-8444-555555555555', hostname: 'shop.acme-store.net', ssl: {} };
