import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { keepMetricsFile } from '../../src/telemetry/metrics-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

function metrics(): Metrics {
  const made = new Metrics('1.2.3', Date.now);
  onTestFinished(() => made.close());
  return made;
}

it('is there at once, readable for the collector, and whole at the end', async () => {
  const path = join(await tempFolder(), 'hostroll.prom');
  const end = await keepMetricsFile(path, { metrics: metrics(), onTrouble: () => {} });
  expect(await readFile(path, 'utf8')).toContain('hostroll_build_info{version="1.2.3"} 1');
  expect((await stat(path)).mode & 0o777).toBe(0o644);
  await rm(path);
  await end();
  expect(await readFile(path, 'utf8')).toContain('hostroll_build_info');
});

it('tells at once where it cannot be written, and later only who listens', async () => {
  const folder = await tempFolder();
  const nowhere = keepMetricsFile(join(folder, 'gone', 'x.prom'), { metrics: metrics(), onTrouble: () => {} });
  await expect(nowhere).rejects.toMatchObject({ code: 'DISK_REFUSED' });
  const troubles: Error[] = [];
  const end = await keepMetricsFile(join(folder, 'x.prom'), {
    metrics: metrics(),
    onTrouble: (error) => troubles.push(error),
  });
  await rm(folder, { recursive: true });
  await end();
  expect(troubles).toMatchObject([{ code: 'DISK_REFUSED' }]);
});
