import type { z } from 'zod';

/**
 * What the lane's queues carry: the value as JSON text. Postgres keeps a job's data as jsonb, which refuses two characters
 * that JSON allows (U+0000 and lone surrogates); both come from customers' metadata. Within text they are escaped.
 */
export interface QueueValue {
  json: string;
}

export const toQueue = (value: unknown): QueueValue => ({ json: JSON.stringify(value) });

/** What was put in, where it has that shape; undefined for anything else that lies in a queue. */
export function fromQueue<T>(value: unknown, shape: z.ZodType<T>): T | undefined {
  const { json } = (value ?? {}) as Partial<QueueValue>;
  if (typeof json !== 'string') return undefined;
  try {
    return shape.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
