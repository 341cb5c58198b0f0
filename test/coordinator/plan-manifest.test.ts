import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { createBatchFolder } from '../../src/batch/ledger/batch-folder.ts';
import { LiveView } from '../../src/batch/view/live-view.ts';
import type { Config } from '../../src/config/config.ts';
import { readable, readIn } from '../../src/coordinator/plan-manifest.ts';
import { tempFolder } from '../support/temp-folder.ts';

it('A manifest is a plain file: a pipe, which no signal would end, is refused with the way out', async () => {
  const folder = await tempFolder();
  const [pipe, file] = [join(folder, 'pipe'), join(folder, 'm.csv')];
  const server = createServer().listen(pipe);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  writeFileSync(file, 'hostname\n');
  expect(await readable(file)).toBe(file);
  const message = expect.stringContaining('standard input');
  await expect(readable(pipe)).rejects.toMatchObject({ code: 'MANIFEST_MISSING', message });
  await expect(readable('/dev/zero')).rejects.toMatchObject({ code: 'MANIFEST_MISSING', message });
  await expect(readable(folder)).rejects.toMatchObject({ code: 'MANIFEST_MISSING' });
});

it('Standard input that says nothing is let go of by an interrupt, so that the process can end', async () => {
  const state = await tempFolder();
  const folder = await createBatchFolder(state, Date.now());
  const controller = new AbortController();
  const progress = new LiveView([], Date.now);
  const planning = { config: { state } as Config, folder, progress, interrupt: controller.signal };
  const silent = new Readable({ read() {} });
  setTimeout(() => controller.abort(), 20);
  await expect(readIn({ name: '-', bytes: () => silent, skipInvalid: false }, planning)).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
  expect(silent.destroyed).toBe(true);
});

it.each(['says nothing', 'never ends'])('Reading an input that %s is ended by an interrupt', async (silence) => {
  async function* input() {
    yield Buffer.from('hostname,recheck\n');
    for (let row = 1; ; row++) {
      if (silence === 'says nothing') await new Promise(() => {});
      yield Buffer.from(`h${row}.acme.net,true\n`);
    }
  }
  const state = await tempFolder();
  const folder = await createBatchFolder(state, Date.now());
  const controller = new AbortController();
  const progress = new LiveView([], Date.now);
  const planning = { config: { state } as Config, folder, progress, interrupt: controller.signal };
  const reading = readIn({ name: '-', bytes: input, skipInvalid: false }, planning);
  setTimeout(() => controller.abort(), 20);
  await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
