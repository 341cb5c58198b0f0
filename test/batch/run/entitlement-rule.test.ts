import { expect, it } from 'vitest';
import { EntitlementRule, REFUSED_ROWS } from '../../../src/batch/run/entitlement-rule.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';
import type { ZoneId } from '../../../src/terms.ts';

const ZONE = 'a'.repeat(32) as ZoneId;
const row = (more: Partial<RowResult> = {}, paths = ['ssl.certificate_authority'], zone_id = ZONE): RowResult => ({
  ...{ kind: 'row', key: 'row-1', row: 1, calls: { list: 0, read: 0, edit: 1 } },
  ...{ outcome: 'failed', code: 'CF_1459', message: 'Only on Enterprise. (1459)' },
  change: { zone_id, paths },
  ...more,
});
/** How many of the results pass before one of them stops the batch. */
function passed(...results: RowResult[]): number {
  const rule = new EntitlementRule();
  const at = results.findIndex((result) => rule.judge(result) !== undefined);
  return at === -1 ? results.length : at;
}
const edited = (paths: string[]) => row({ outcome: 'edited' }, paths);

it('a lack of the zone stops the batch after a few rows, with the cause and the way out', () => {
  const rule = new EntitlementRule();
  for (let at = 1; at < REFUSED_ROWS; at++) expect(rule.judge(row())).toBeUndefined();
  expect(rule.judge(row())).toMatchObject({
    reason: 'stop_rule',
    code: 'CF_1459',
    message: expect.stringMatching(/Only on Enterprise\. \(1459\)\. .*Leave ssl.certificate_authority out/),
  });
});

it('what other rows change tells nothing, but a row that was let do the same does', () => {
  expect(passed(row(), row(), edited(['custom_metadata']), row())).toBe(3);
  expect(passed(row(), row(), edited(['ssl.certificate_authority']), row(), row())).toBe(5);
  const none = row({ code: 'CF_1456' });
  expect(passed(none, none, edited([]), none)).toBe(4);
});

it('one zone says nothing of another, and one lack nothing of another', () => {
  const elsewhere = row({}, undefined, 'b'.repeat(32) as ZoneId);
  expect(passed(row(), row(), elsewhere, elsewhere)).toBe(4);
  expect(passed(row(), row(), row({ code: 'CF_1413' }), row({ code: 'CF_1413' }))).toBe(4);
});

it('a refusal that is about the row stops nothing', () => {
  expect(passed(...Array.from({ length: 9 }, () => row({ code: 'CF_1434' })))).toBe(9);
});
