import * as z from '../json/zod.ts';

/** Most rows in one answer. */
const MOST = 500;

const values = z
  .string()
  .max(2_000)
  .transform((text) => text.split(',').filter((value) => value !== ''))
  .optional();

/** Which rows somebody means, as the address of the page says it; several values have commas between. */
export const ROW_FILTER = z.object({
  /** A part of the hostname. */
  search: z.string().max(255).optional(),
  outcome: values,
  code: values,
  phase: values,
  who: values,
  zone: values,
  ca: values,
  method: values,
  sort: z.enum(['row', 'hostname', 'deadline']).default('row'),
});
export type RowFilter = z.infer<typeof ROW_FILTER>;

/** Those of them that somebody wants to see. */
export const ROW_QUERY = ROW_FILTER.extend({
  /** The row after which to go on, of those in this order: how many to leave out. */
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MOST).default(100),
});
export type RowQuery = z.infer<typeof ROW_QUERY>;
