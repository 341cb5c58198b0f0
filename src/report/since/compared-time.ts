import { readBatchFile } from '../../batch/ledger/batch-file.ts';
import { findBatch } from '../../batch/ledger/batch-folder.ts';
import { lastEvent } from '../../batch/ledger/read-ledger.ts';
import { localZone, timeZoneOf } from '../../schedule/time-zone.ts';
import { HostrollError } from '../../terms.ts';
import { dayBefore, isDate, localDate, startOfDate } from './calendar.ts';
import type { ComparedTime } from './comparison.ts';

/**
 * Reads what `--since` says: `yesterday`, `today` or a date stand for its first instant in `timeZone`, anything else for
 * the end of the batch it names. Throws `CONFIG_INVALID`, and as `findBatch` does.
 */
export async function comparedTime(
  state: string,
  { since, timeZone = localZone() }: { since: string; timeZone?: string | undefined },
  now: number,
): Promise<ComparedTime> {
  checkTimeZone(timeZone);
  const today = localDate(now, timeZone);
  const date = since === 'today' ? today : since === 'yesterday' ? dayBefore(today) : since;
  if (isDate(date)) {
    if (date > today) throw new HostrollError('CONFIG_INVALID', `--since ${since} is yet to come.`);
    return { given: since, from: startOfDate(date, timeZone), now, timeZone };
  }
  if (/^\d{4}-\d/.test(since)) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `--since must be a date such as ${today}, yesterday, or a batch, not "${since}".`,
    );
  }
  const { batch, path, ledger } = await findBatch(state, since);
  // The end of a batch that never started is its planning.
  const { at } = (await lastEvent(ledger)) ?? { at: (await readBatchFile(path)).created_at };
  return { given: batch, from: Date.parse(at), now, timeZone };
}

function checkTimeZone(timeZone: string): void {
  if (timeZoneOf(timeZone) !== undefined) return;
  throw new HostrollError('CONFIG_INVALID', `--tz must be one such as Europe/Berlin or UTC, not "${timeZone}".`);
}
