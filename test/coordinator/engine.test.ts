import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.ts';
import { ownEngine, startEngine } from '../../src/coordinator/engine.ts';

async function config(): Promise<Config> {
  const state = await mkdtemp(join(tmpdir(), 'hostroll-engine-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  return readConfig({ state }, { CLOUDFLARE_API_TOKEN: 'token' });
}

describe('an engine', () => {
  it('lets go of the queue where a later step of its start fails', async () => {
    const good = await config();
    // A worker without calls side by side is refused by the queue's library, when the queue is open already.
    await expect(startEngine(good, { command: 'first', concurrency: 0 })).rejects.toThrow(/concurrency/);
    const name = await ownEngine(good, { command: 'second' })(async ({ backend }) => backend.name);
    expect(name).toContain('embedded:');
  });
});
