import type * as z from '../json/zod.ts';

/**
 * What the lane's queues carry: the value as JSON text. Postgres keeps a job's data as jsonb, which refuses two characters
 * that JSON allows (U+0000 and lone surrogates); both come from customers' metadata. Within text they are escaped.
 */
export interface QueueValue {
  json: string;
}

export const toQueue = (value: unknown): QueueValue => ({ json: JSON.stringify(value) });

/** What this process has put into queues lately, by its text: it need not be taken apart and checked when it comes out again. */
const own = new Map<string, { shape: z.ZodType; value: object }>();
/** More than a window of rows; a queue that loses its data returns none of them. */
const MOST_OWN = 5_000;

/** As `toQueue`, for a value of which `shape` is known, which nobody changes, and which this process is likely to take out again. */
export function toOwnQueue<T extends object>(value: T, shape: z.ZodType<T>): QueueValue {
  const queued = toQueue(value);
  own.set(queued.json, { shape, value });
  const [oldest] = own.size > MOST_OWN ? own.keys() : [];
  if (oldest !== undefined) own.delete(oldest);
  return queued;
}

/** What was put in, where it has that shape; undefined for anything else that lies in a queue. */
export function fromQueue<T>(value: unknown, shape: z.ZodType<T>): T | undefined {
  const { json } = (value ?? {}) as Partial<QueueValue>;
  if (typeof json !== 'string') return undefined;
  const kept = own.get(json);
  if (kept?.shape === shape) {
    own.delete(json);
    return kept.value as T;
  }
  try {
    return shape.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
