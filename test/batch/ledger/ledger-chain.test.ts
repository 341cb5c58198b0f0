import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import { readChain } from '../../../src/batch/ledger/ledger-chain.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { lines, outcome, started } from './batch-folder.ts';

/** A ledger that two runs have written, and how many lines it has. */
async function twoRuns(before = ''): Promise<string> {
  const path = join(await tempFolder(), 'ledger.jsonl');
  await writeFile(path, before);
  for (const from of [1, 4]) {
    const ledger = await Ledger.open(path, 10, () => Date.UTC(2026, 5, 1));
    await Promise.all(
      [from, from + 1, from + 2].map((row) =>
        ledger.recordOutcomes([{ type: 'outcome', row, outcome: 'failed', message: 'wörds' }]),
      ),
    );
    await ledger.close();
  }
  return path;
}

it('is whole after any number of runs, also where one of them died in mid-write', async () => {
  const path = await twoRuns();
  await appendFile(path, '{"at":"2026-06-01T00:00');
  expect(await readChain(path)).toMatchObject({ lines: 6, unlinked: 0, isTorn: true, fault: undefined });
  const ledger = await Ledger.open(path, 10, Date.now);
  await ledger.finish(0);
  await ledger.close();
  expect(await readChain(path)).toMatchObject({ lines: 7, unlinked: 0, isTorn: false, fault: undefined });
});

it('names the first line that was changed, taken out, put in or moved', async () => {
  const path = await twoRuns();
  const whole = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const touched = fc.record({
    at: fc.nat(4),
    how: fc.constantFrom('change', 'remove', 'repeat', 'swap', 'unlink', 'empty'),
  });
  await fc.assert(
    fc.asyncProperty(touched, async ({ at, how }) => {
      const [line = '', next = ''] = whole.slice(at);
      const instead = {
        change: [line.replace('failed', 'edited'), next],
        remove: [next],
        repeat: [line, line, next],
        swap: [next, line],
        unlink: [line.replace(/,"chain":.*/, '}'), next],
        empty: ['', line, next],
      }[how];
      await writeFile(
        path,
        lines([]) +
          whole
            .toSpliced(at, 2, ...instead)
            .map((text) => `${text}\n`)
            .join(''),
      );
      const named = how === 'repeat' || (how === 'unlink' && at === 0) ? at + 2 : at + 1;
      expect((await readChain(path)).fault).toMatch(new RegExp(`^line ${named} `));
    }),
  );
});

it('binds what an earlier version has written as a whole', async () => {
  const before = lines([started(), outcome(9)]);
  const path = await twoRuns(before);
  expect(await readChain(path)).toMatchObject({ lines: 8, unlinked: 2, fault: undefined });
  await writeFile(path, (await readFile(path, 'utf8')).replace('"row":9', '"row":8'));
  expect((await readChain(path)).fault).toMatch(/^line 3 /);
});
