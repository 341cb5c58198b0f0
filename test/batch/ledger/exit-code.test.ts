import { describe, expect, it } from 'vitest';
import type { BatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { exitCodeOf } from '../../../src/batch/ledger/exit-code.ts';
import type { OutcomeEvent } from '../../../src/batch/ledger/ledger-event.ts';
import { LedgerFold } from '../../../src/batch/ledger/ledger-fold.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import { EXIT } from '../../../src/codes/exit.ts';

type End = Pick<OutcomeEvent, 'outcome' | 'status' | 'ssl_status' | 'not_shown' | 'certificate'>;
const ACTIVE = { status: 'active', ssl_status: 'active' } as const;
const PENDING = { status: 'pending', ssl_status: 'pending_validation' } as const;

/** The exit code of a batch whose rows ended so, with --wait-strict. */
const strictly = (kind: BatchFile['kind'], ...ends: End[]): number => codeOf({ kind, wait_strict: true }, ends);

function codeOf(batch: Pick<BatchFile, 'kind' | 'wait_strict'>, ends: End[]): number {
  const fold = new LedgerFold(new RowTable(ends.length));
  for (const [at, end] of ends.entries())
    fold.add({ at: '2026-03-04T12:00:00Z', type: 'outcome', row: at + 1, ...end });
  return exitCodeOf(fold, { ...batch, manifest: { rows: ends.length } } as BatchFile);
}

describe('--wait-strict', () => {
  it('judges the hostnames that a sweep sent, not those that it left alone', () => {
    const skipped: End = { outcome: 'skipped', ...PENDING };
    expect(strictly('sweep', { outcome: 'edited', ...ACTIVE }, skipped)).toBe(EXIT.ok);
    expect(strictly('sweep', { outcome: 'edited', ...PENDING }, skipped)).toBe(EXIT.somePending);
    expect(strictly('sweep', skipped)).toBe(EXIT.ok);
  });

  it('takes no certificate for served that the API does not show', () => {
    const edited = (certificate: NonNullable<End['certificate']>): End => ({
      outcome: 'edited',
      ...ACTIVE,
      certificate,
    });
    expect(strictly(undefined, edited('new'))).toBe(EXIT.ok);
    expect(strictly(undefined, edited('not_shown'))).toBe(EXIT.somePending);
    expect(codeOf({ kind: undefined, wait_strict: false }, [edited('not_shown')])).toBe(EXIT.ok);
  });

  it('judges every row of a manifest', () => {
    expect(strictly(undefined, { outcome: 'edited', ...ACTIVE }, { outcome: 'skipped', ...ACTIVE })).toBe(EXIT.ok);
    expect(strictly(undefined, { outcome: 'skipped', ...PENDING })).toBe(EXIT.somePending);
  });
});

it('is that of failed rows where an edited row does not show its change', () => {
  const batch = { kind: undefined, wait_strict: false };
  const hidden: End = { outcome: 'edited', ...ACTIVE, not_shown: ['ssl.method'] };
  expect(codeOf(batch, [{ outcome: 'edited', ...ACTIVE }, hidden])).toBe(EXIT.someRowsFailed);
  expect(codeOf(batch, [{ outcome: 'edited', ...ACTIVE }])).toBe(EXIT.ok);
});
