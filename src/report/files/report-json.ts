import type { BatchFold } from '../../batch/ledger/batch-fold.ts';
import type { RowDetails } from '../../batch/ledger/row-details.ts';
import type { Report } from '../report.ts';
import type { Comparison } from '../since/comparison.ts';
import { CHANGES, type Since } from '../since/since.ts';
import { notInEffect, pendingDcv } from '../waiting-rows.ts';

/**
 * `report.json` in pieces: the members of `summary`, its two lists in full. They may be as long as the manifest, so
 * they are read and written one row at a time, one row a line.
 */
export async function* reportJson(
  summary: Report,
  fold: BatchFold,
  details: RowDetails,
  comparison?: Comparison,
): AsyncGenerator<string> {
  const { pending_dcv: _cut, not_in_effect: _cutToo, since, ...members } = summary;
  yield openObject({ ...members, ...(since === null && { since }) });
  if (since !== null && comparison !== undefined) yield* sinceJson(since, comparison);
  yield* member('pending_dcv', pendingDcv(fold, details));
  yield* member('not_in_effect', notInEffect(fold, details));
  yield '\n}\n';
}

/** The `since` member; its lists, too, may be long. */
async function* sinceJson(since: Since, comparison: Comparison): AsyncGenerator<string> {
  const cut = new Set<string>(['deadlines', ...CHANGES]);
  yield `,\n  "since": ${openObject(Object.fromEntries(Object.entries(since).filter(([name]) => !cut.has(name))))}`;
  yield* member('deadlines', comparison.deadlines());
  for (const change of CHANGES) yield* member(change, comparison.entries(change));
  yield '\n  }';
}

/** An object as JSON, without its end. */
function openObject(members: object): string {
  const text = JSON.stringify(members, null, 2);
  return text.slice(0, text.lastIndexOf('\n}'));
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
