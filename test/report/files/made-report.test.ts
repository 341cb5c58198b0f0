import { appendFile, cp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import { madeReport, noteReport } from '../../../src/report/files/made-report.ts';
import { writeReport } from '../../../src/report/files/write-report.ts';
import { verifyBatch } from '../../../src/report/verify-batch.ts';
import type { BatchId } from '../../../src/terms.ts';
import { batchFolder, finished, outcome, planRow, started } from '../../batch/ledger/batch-folder.ts';

let folder: string;
/** How often the report was made. */
let times: number;

const report = (from = folder) =>
  madeReport(from, () => {
    times += 1;
    return writeReport(from);
  });

const pathOf = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await batchFolder({ plan: [planRow(1), planRow(2)], ledger: [started(), outcome(1), finished()] });
  times = 0;
  await report();
});

it('is left alone while all it was made of is the same, whatever the times of its files', async () => {
  const names = (await report()).files;
  for (const name of [...names, 'ledger.jsonl', 'plan.jsonl']) await utimes(pathOf(name), 1, Date.now() / 1000 + 99);
  expect(await report()).toEqual(await writeReport(folder));
  expect(times).toBe(1);
});

it.each(['report.json', 'report.txt', 'report.html', 'succeeded.csv', 'pending-dcv.csv', 'failed.csv'])(
  'is made anew where %s was changed, and where it is gone',
  async (name) => {
    const text = await readFile(pathOf(name), 'utf8');
    await writeFile(pathOf(name), `${text.slice(0, -2)}~\n`);
    await report();
    await rm(pathOf(name));
    await report();
    expect(times).toBe(3);
    expect(await readFile(pathOf(name), 'utf8')).toBe(text);
  },
);

it('is made anew where the ledger goes on, and where its last line is whole again', async () => {
  const line = JSON.stringify(outcome(2, { outcome: 'failed', code: 'CF_1434' }));
  await appendFile(pathOf('ledger.jsonl'), line.slice(0, 20));
  expect((await report()).counts).toMatchObject({ edited: 1, failed: 0 });
  await appendFile(pathOf('ledger.jsonl'), `${line.slice(20)}\n`);
  expect((await report()).counts).toMatchObject({ edited: 1, failed: 1 });
  expect(times).toBe(3);
});

it.each(['batch.json', 'plan.jsonl', 'ledger.jsonl'])('is not shown of a %s that was damaged', async (name) => {
  const text = await readFile(pathOf(name), 'utf8');
  await writeFile(pathOf(name), text.slice(1));
  await expect(report()).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
});

it('is made anew in a copy, whose commands name another folder', async () => {
  const copy = `${folder}-copy`;
  onTestFinished(() => rm(copy, { recursive: true }));
  await cp(folder, copy, { recursive: true, preserveTimestamps: true });
  expect((await report(copy)).files).toContain('report.txt');
  expect(times).toBe(2);
});

it.each(['', '{', 'null', '{"made":"x"}', '{"made":"x","report":{"files":[]}}'])(
  'is made anew where what is noted of it is %j',
  async (text) => {
    await writeFile(pathOf('report-made.json'), text);
    expect((await report()).counts.edited).toBe(1);
    expect(times).toBe(2);
  },
);

it('is made anew where somebody has written into what is noted of it', async () => {
  const text = await readFile(pathOf('report-made.json'), 'utf8');
  await writeFile(pathOf('report-made.json'), text.replace('"edited":1', '"edited":2'));
  expect((await report()).counts.edited).toBe(1);
});

it('is made anew after one that tells of more than its batch has taken its files', async () => {
  await writeFile(pathOf('report.txt'), 'Since yesterday');
  await report();
  expect(times).toBe(2);
});

it('that the process of the batch has written is left alone once that is finished', async () => {
  await rm(pathOf('report-made.json'));
  await noteReport(folder, await writeReport(folder));
  await report();
  expect(times).toBe(1);
});

it('is made again by verify, which finds one that somebody has put in its place', async () => {
  const batch = { batch: 'b' as BatchId, path: folder, ...batchPaths(folder) };
  const verdict = async () =>
    (await verifyBatch(batch, { version: '0.1.0', isRunning: false })).find(({ file }) => file === 'report-made.json');
  expect(await verdict()).toMatchObject({ fits: true });
  const { counts, ...others } = await report();
  await noteReport(folder, { ...others, counts: { ...counts, edited: 2, unprocessed: 0 } });
  expect(await verdict()).toMatchObject({ fits: false });
});
