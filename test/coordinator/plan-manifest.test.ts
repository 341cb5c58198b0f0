import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { createBatchFolder } from '../../src/batch/ledger/new-batch.ts';
import { MOST_PROBLEMS } from '../../src/batch/plan/intake.ts';
import { LiveView } from '../../src/batch/view/live-view.ts';
import { NO_BUNDLES } from '../../src/bundles/no-bundles.ts';
import type { Config } from '../../src/config/config.ts';
import { readable, readIn, takeInChecked } from '../../src/coordinator/plan-manifest.ts';
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

/** What is said of a manifest of this text. */
async function refusal(text: string): Promise<string> {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const rowsPath = join(await tempFolder(), 'rows');
  const taken = takeInChecked({ name: 'm.csv', skipInvalid: false }, bytes(), { rowsPath, bundles: NO_BUNDLES });
  return taken.then(
    () => '',
    (error: Error) => error.message,
  );
}

it('That bad rows can be left out is said where it is so: not of a manifest that is spoiled as a whole', async () => {
  const many = (text: (n: number) => string) => Array.from({ length: MOST_PROBLEMS + 1 }, (_, n) => text(n));
  const rows = await refusal(`hostname,ssl.method\n${many((n) => `h${n}.acme-store.net,htp`).join('\n')}\n`);
  expect(rows).toMatch(/Reading ended there.*--skip-invalid/s);
  const header = await refusal(`hostname,${many((n) => `column${n}`).join(',')}\n`);
  expect(header).toMatch(/Reading ended there.*Fix the manifest\.$/s);
  expect(await refusal('hostname,ssl.methd\na.acme-store.net,txt\n')).toMatch(/Fix the manifest\.$/);
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
