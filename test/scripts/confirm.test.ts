import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { confirm } from '../../scripts/attended.ts';
import { askToSubmit } from '../../scripts/submit.ts';
import { exitCodeFor } from '../../src/codes/code.ts';
import { HostrollError } from '../../src/terms.ts';
import { idleShell } from '../support/shell.ts';

const plan = { counts: { edit: 1_200, recheck: 0, skip: 0, reject: 0 } };

/** The questions that were asked until the answers were used up, and the exit code; undefined where the edits are sent. */
async function answered(answers: (string | undefined)[], stop = new AbortController()) {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift();
  };
  const code = await confirm(plan, { ask }, stop.signal).then(
    () => undefined,
    (error) => (error instanceof HostrollError ? exitCodeFor(error.code) : error),
  );
  return { asked, code };
}

test.each([['yes'], [' YES ']])('%j sends the edits', async (answer) => {
  expect((await answered([answer])).code).toBeUndefined();
});

test.each([['n'], ['no'], [''], ['yeah'], [undefined]])('%j sends nothing, and ends with 1', async (answer) => {
  expect(await answered([answer])).toEqual({ asked: ['Send 1,200 edits? Type "yes" to go on: '], code: 1 });
});

test('"y" is asked again, as the whole word is wanted', async () => {
  expect(await answered(['y', 'yes'])).toMatchObject({ asked: { length: 2 }, code: undefined });
  expect(await answered(['y', 'Y', 'no'])).toMatchObject({ asked: { length: 3 }, code: 1 });
});

test('Ctrl-C at the question ends with 130', async () => {
  const stop = new AbortController();
  stop.abort();
  expect((await answered([undefined], stop)).code).toBe(130);
});

test('before a manifest is handed over, what its rows ask for is shown with counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-submit-'));
  const rowsPath = join(folder, 'rows');
  const changes = [
    { ssl: { certificate_authority: 'google' } },
    { ssl: { certificate_authority: 'google' } },
    { recheck: true },
  ];
  await writeFile(
    rowsPath,
    `${changes.map((change, at) => JSON.stringify({ row: { row: at + 1, change } })).join('\n')}\n`,
  );
  const left = { code: 0, stdout: '', stderr: '' };
  const shell = idleShell(left);
  const asked = askToSubmit({ rows: 3, zones: ['acme-store.net'], rowsPath }, shell);
  await expect(asked).rejects.toMatchObject({ code: 'NOT_CONFIRMED', message: 'Nothing was submitted.' });
  expect(left.stderr.split('\n').slice(0, 3)).toEqual([
    '3 rows for acme-store.net:',
    '  2  ssl.certificate_authority: google',
    '  1  nothing changes; validation is started again (recheck)',
  ]);
  await rm(folder, { recursive: true });
});
