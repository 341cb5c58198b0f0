import { PATH_PART } from '../cloudflare/path-part.ts';
import type { Code } from '../codes/code.ts';
import type { Planned } from '../hostname/lay-over.ts';
import * as z from '../json/zod.ts';
import { type BatchId, type CustomHostnameId, type Hostname, type JsonObject, MINUTE, type ZoneId } from '../terms.ts';

/** Text that was checked where it was made; queue values come from outside the process and are parsed again. */
const branded = <T extends string>() => z.custom<T>((value) => typeof value === 'string' && value.length > 0);
/** Ids that go into paths. */
const pathPart = <T extends string>() => z.custom<T>((value) => typeof value === 'string' && PATH_PART.test(value));
const count = z.number().int().nonnegative();
const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const FILTER = z.object({ hostname_status: z.string().exactOptional(), ssl_status: z.string().exactOptional() });

/**
 * How long a reading of a hostname is good enough to make an edit of: what somebody else changes meanwhile may be turned
 * back. Shorter would cost large batches a read a row; a pause or a resume makes every reading old, however young.
 */
export const FRESH_MS = 30 * MINUTE;

/** One call of a row, as it is told of afterwards. */
export const ROW_CALL = z.object({
  call: z.enum(['read', 'edit']),
  /** When its answer had come; ISO 8601. */
  at: z.string(),
  cf_ray: z.string().exactOptional(),
  /** Why it brought nothing. */
  code: z.custom<Code>((code) => typeof code === 'string').exactOptional(),
});
export type RowCall = z.infer<typeof ROW_CALL>;

/** Calls of a row that are told of; of more, the last. */
export const MOST_TOLD = 12;

const PLANNED = z.custom<Planned>((value) => typeof value === 'object' && value !== null && 'change' in value);

/** What every job of a lane carries. */
const common = {
  v: z.literal(1),
  batch: branded<BatchId>(),
  /** Names the request within its batch; the answer carries it too. */
  key: z.string().min(1),
  /** Calls that failed in a way that is worth another try. */
  tries: count,
  /**
   * Activations that came back, whatever came of them. Where the queue has counted one more, a process died in the
   * middle of it, and its call may have taken effect.
   */
  activations: count,
  /** Set where the API refused the credential for this very job: how often, and in which words. */
  refused: z
    .object({
      times: count,
      code: z.custom<Code>((code) => typeof code === 'string'),
      message: z.string(),
      http_status: count.exactOptional(),
      cf_ray: z.string().exactOptional(),
    })
    .optional(),
  /** Unix milliseconds when a call that failed is made again, while the job waits for it. */
  due: count.optional(),
  /** Why the last call failed, and after how many calls it is given up, while the job waits to be tried again. */
  trouble: z.object({ message: z.string(), most_tries: count }).optional(),
  /** Deaths of workers, with this job in their hands, after which it was set apart already. */
  deaths: count.default(0),
  calls: z.object({ list: count, read: count, edit: count }),
};

export const LANE_JOB = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('row'),
    row: count,
    zone_id: pathPart<ZoneId>(),
    id: pathPart<CustomHostnameId>(),
    hostname: branded<Hostname>(),
    body: object,
    /** Dotted paths that the body changes; empty for a recheck. */
    paths: z.array(z.string()),
    /** Dotted paths of what the API refused to be sent again, and the body now goes without. */
    left_out: z.array(z.string()).optional(),
    /** Id of the bundle whose PEM takes the place of `ssl.certificates` in the call. */
    bundle: z.string().min(1).optional(),
    /** The certificate of a pack that is replaced, in place of an edit of the hostname. */
    pack: z.object({ pack: pathPart(), certificate: pathPart() }).optional(),
    /** The call that the next activation makes: `read` where an edit may have taken effect, or the reading is old. */
    step: z.enum(['edit', 'read']),
    /** Its calls until now, the last of them. */
    made: z.array(ROW_CALL).max(MOST_TOLD).optional(),
    /** An edit of it may have taken effect without anybody having recorded it. */
    in_doubt: z.boolean().default(false),
    /** What the row asks for, to be laid over what a read shows. Jobs of earlier versions go without. */
    planned: PLANNED.optional(),
    /** Unix milliseconds from which on what the body was made of is old, so that the row is read before it is sent. */
    fresh_until: count.optional(),
    /** Dotted paths that somebody else has changed since the plan. */
    drift: z.array(z.string()).optional(),
  }),
  z.object({
    ...common,
    kind: z.literal('page'),
    zone_id: pathPart<ZoneId>(),
    page: count,
    per_page: count,
    filter: FILTER.optional(),
  }),
  z.object({ ...common, kind: z.literal('find'), zone_id: pathPart<ZoneId>(), hostname: branded<Hostname>() }),
  z.object({ ...common, kind: z.literal('get'), zone_id: pathPart<ZoneId>(), id: pathPart<CustomHostnameId>() }),
  z.object({ ...common, kind: z.literal('zone'), name: z.string().min(1) }),
  z.object({ ...common, kind: z.literal('zones'), page: count }),
  z.object({ ...common, kind: z.literal('quota'), zone_id: pathPart<ZoneId>() }),
  z.object({ ...common, kind: z.literal('plan'), zone_id: branded<ZoneId>() }),
]);

/** One request to the API, as it waits in the lane's queue. Carries no secret. */
export type LaneJob = z.infer<typeof LANE_JOB>;
export type RowJob = Extract<LaneJob, { kind: 'row' }>;
export type ReadJob = Exclude<LaneJob, RowJob>;

type New<T extends LaneJob> = T extends LaneJob ? Omit<T, 'v' | 'tries' | 'activations' | 'deaths' | 'calls'> : never;
/** A job as its maker states it, before anything was tried. */
export type NewLaneJob = New<LaneJob>;
export type NewReadJob = New<ReadJob>;

/** Completes a job with its counters at zero. */
export const newLaneJob = (job: NewLaneJob): LaneJob => ({
  v: 1,
  tries: 0,
  activations: 0,
  deaths: 0,
  calls: { list: 0, read: 0, edit: 0 },
  ...job,
});

/** Name of a lane's queue. `lane` is the credential's name: letters, digits, `-` and `_`. */
export const laneQueueName = (lane: string): string => `lane-${lane}`;

/** The id under which the queue knows a job; adding it twice adds it once. BullMQ allows no `:`. */
export const laneJobId = ({ batch, key }: Pick<LaneJob, 'batch' | 'key'>): string => `${batch}.${key}`;

/** Key of the job that carries out a row. */
export const rowKey = (row: number): string => `row-${row}`;
