import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { exitCodeOf } from '../../../src/batch/ledger/exit-code.ts';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import type { OutcomeEvent } from '../../../src/batch/ledger/ledger-event.ts';
import { EXIT } from '../../../src/codes/exit.ts';
import { tempFolder } from '../../support/temp-folder.ts';

type End = Pick<OutcomeEvent, 'outcome' | 'status' | 'ssl_status' | 'not_shown' | 'certificate'>;
const ACTIVE = { status: 'active', ssl_status: 'active' } as const;
const PENDING = { status: 'pending', ssl_status: 'pending_validation' } as const;

/** The exit code of a batch whose rows ended so, with --wait-strict. */
const strictly = (kind: BatchFile['kind'], ...ends: End[]): Promise<number> =>
  codeOf({ kind, wait_strict: true }, ends);

async function codeOf(batch: Pick<BatchFile, 'kind' | 'wait_strict'>, ends: End[]): Promise<number> {
  const ledger = await Ledger.open(join(await tempFolder(), 'ledger.jsonl'), ends.length, Date.now);
  try {
    await ledger.recordOutcomes(ends.map((end, at) => ({ type: 'outcome', row: at + 1, ...end })));
    return exitCodeOf(ledger, { ...batch, manifest: { rows: ends.length } } as BatchFile);
  } finally {
    await ledger.close();
  }
}

describe('--wait-strict', () => {
  it('judges the hostnames that a sweep sent, not those that it left alone', async () => {
    const skipped: End = { outcome: 'skipped', ...PENDING };
    expect(await strictly('sweep', { outcome: 'edited', ...ACTIVE }, skipped)).toBe(EXIT.ok);
    expect(await strictly('sweep', { outcome: 'edited', ...PENDING }, skipped)).toBe(EXIT.somePending);
    expect(await strictly('sweep', skipped)).toBe(EXIT.ok);
  });

  it('takes no certificate for served that the API does not show', async () => {
    const edited = (certificate: NonNullable<End['certificate']>): End => ({
      outcome: 'edited',
      ...ACTIVE,
      certificate,
    });
    expect(await strictly(undefined, edited('new'))).toBe(EXIT.ok);
    expect(await strictly(undefined, edited('not_shown'))).toBe(EXIT.somePending);
    expect(await codeOf({ kind: undefined, wait_strict: false }, [edited('not_shown')])).toBe(EXIT.ok);
  });

  it('judges every row of a manifest', async () => {
    expect(await strictly(undefined, { outcome: 'edited', ...ACTIVE }, { outcome: 'skipped', ...ACTIVE })).toBe(
      EXIT.ok,
    );
    expect(await strictly(undefined, { outcome: 'skipped', ...PENDING })).toBe(EXIT.somePending);
  });
});

it('is that of failed rows where an edited row does not show its change', async () => {
  const batch = { kind: undefined, wait_strict: false };
  const hidden: End = { outcome: 'edited', ...ACTIVE, not_shown: ['ssl.method'] };
  expect(await codeOf(batch, [{ outcome: 'edited', ...ACTIVE }, hidden])).toBe(EXIT.someRowsFailed);
  expect(await codeOf(batch, [{ outcome: 'edited', ...ACTIVE }])).toBe(EXIT.ok);
});
