import type { HostnameQuota, ZoneFacts } from '../cloudflare/wire.ts';
import type { Code } from '../codes/code.ts';
import { CERTIFICATE_VERDICTS } from '../hostname/certificates.ts';
import type { LiveHostname } from '../hostname/live.ts';
import * as z from '../json/zod.ts';
import type { BatchId, ZoneId } from '../terms.ts';
import { MOST_TOLD, ROW_CALL } from './lane-job.ts';

/** More calls than any job makes: a result that tells of more is none. */
const MOST_CALLS = 10_000;

const count = z.int().min(0);
const callCount = count.max(MOST_CALLS);
const calls = z.object({ list: callCount, read: callCount, edit: callCount });
const code = z.custom<Code>((value) => typeof value === 'string' && value.length > 0);
const text = z.string();

const hasTexts = (value: unknown, ...members: string[]): boolean =>
  typeof value === 'object' && value !== null && members.every((each) => typeof Reflect.get(value, each) === 'string');
const liveHostname = z.custom<LiveHostname>(
  (value) =>
    hasTexts(value, 'id', 'zone_id', 'hostname', 'status') &&
    ((value as LiveHostname).ssl === undefined || hasTexts((value as LiveHostname).ssl, 'status')),
);

/**
 * What the reads bring: pages and searches a list, a single get one hostname or none, the name of a zone what is known of
 * the zones of that name, and the question for a plan the zone, or nothing where the credential may not see it.
 */
const READ_VALUE = z.object({
  hostnames: z.array(liveHostname).exactOptional(),
  /** Entries that are no hostname, by what can be told of them. */
  left_out: z.array(text).exactOptional(),
  per_page: count.exactOptional(),
  total_count: count.exactOptional(),
  quota: z.custom<HostnameQuota>((value) => typeof value === 'object' && value !== null).exactOptional(),
  zones: z.array(z.custom<ZoneFacts>((value) => hasTexts(value, 'id'))).exactOptional(),
});
export type ReadValue = z.infer<typeof READ_VALUE>;

/** The final result of one row. The statuses are those of the API's last answer about it. */
const ROW_RESULT = z.object({
  kind: z.literal('row'),
  key: text,
  row: count.min(1),
  calls,
  /** `skipped` and `rejected` where a read before the edit shows that it is not to be made any more. */
  outcome: z.enum(['edited', 'failed', 'gave_up', 'skipped', 'rejected']),
  code: code.exactOptional(),
  message: text.exactOptional(),
  http_status: count.exactOptional(),
  /** Of the last failed call. */
  cf_ray: text.exactOptional(),
  status: text.exactOptional(),
  ssl_status: text.exactOptional(),
  not_shown: z.array(text).exactOptional(),
  /** Its calls, the last of them. */
  made: z.array(ROW_CALL).max(MOST_TOLD).exactOptional(),
  /** What the row was to change, and where; absent where no worker had it in its hands. */
  change: z
    .object({ zone_id: z.custom<ZoneId>((value) => typeof value === 'string'), paths: z.array(text) })
    .exactOptional(),
  /** Dotted paths that somebody else has changed since the plan. */
  drift: z.array(text).exactOptional(),
  /** Serial numbers of the certificates that the answer shows, where the row brings a bundle. */
  serials: z.array(text).exactOptional(),
  /** What the answer says of those that the row brings. */
  certificate: z.enum(CERTIFICATE_VERDICTS).exactOptional(),
});
export type RowResult = z.infer<typeof ROW_RESULT>;

/** What a worker tells the coordinator, through the results queue of the batch. */
export const LANE_RESULT = z.discriminatedUnion('kind', [
  ROW_RESULT,
  z.object({ kind: z.literal('answer'), key: text, calls, value: READ_VALUE }),
  /** A read that brought nothing: refused, or given up. */
  z.object({
    kind: z.literal('failure'),
    ...{ key: text, calls, code, message: text },
    ...{ http_status: count.exactOptional(), cf_ray: text.exactOptional() },
  }),
  /** The named lane makes no calls until then; `asked` is what the API asked for, where that is longer. */
  z.object({
    kind: z.literal('cooling'),
    ...{ until: z.iso.datetime(), reason: text, lane: text, asked: text.exactOptional() },
  }),
  /**
   * The credential is refused, or the sealed certificates cannot be opened: no row can succeed. The row or read `key` has no
   * result; `row_in_doubt` may have been sent.
   */
  z.object({
    kind: z.literal('refused'),
    ...{ key: text, calls, code, message: text, row_in_doubt: count.exactOptional() },
  }),
]);
export type LaneResult = z.infer<typeof LANE_RESULT>;

/** Name of the queue on which a batch's results come in. */
export const resultsQueueName = (batch: BatchId): string => `results-${batch}`;
