import type { LedgerFold } from './ledger-fold.ts';
import type { Report } from './report.ts';
import type { RowDetails } from './row-details.ts';
import { notInEffect, pendingDcv } from './waiting-rows.ts';

/**
 * `report.json` in pieces: the members of `summary`, its two lists in full. They may be as long as the manifest, so
 * they are read and written one row at a time, one row a line.
 */
export async function* reportJson(summary: Report, fold: LedgerFold, details: RowDetails): AsyncGenerator<string> {
  const { pending_dcv: _cut, not_in_effect: _cutToo, ...members } = summary;
  const head = JSON.stringify(members, null, 2);
  yield head.slice(0, head.lastIndexOf('\n}'));
  yield* member('pending_dcv', pendingDcv(fold, details));
  yield* member('not_in_effect', notInEffect(fold, details));
  yield '\n}\n';
}

async function* member(name: string, elements: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '\n';
  yield `,\n  ${JSON.stringify(name)}: [`;
  for await (const element of elements) {
    yield `${separator}    ${JSON.stringify(element)}`;
    separator = ',\n';
  }
  yield separator === '\n' ? ']' : '\n  ]';
}
