/**
 * What the lane's queues carry: the value as JSON text. Postgres keeps a job's data as jsonb, which refuses two characters
 * that JSON allows (U+0000 and lone surrogates); both come from customers' metadata. Within text they are escaped.
 */
export interface QueueValue {
  json: string;
}

export const toQueue = (value: unknown): QueueValue => ({ json: JSON.stringify(value) });

/** What was put in; its shape is for the caller to check. Throws `SyntaxError` where it is not a queue value. */
export const fromQueue = (value: unknown): unknown => JSON.parse((value as Partial<QueueValue> | null)?.json ?? '');
