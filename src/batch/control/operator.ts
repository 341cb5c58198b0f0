import * as z from '../../json/zod.ts';
import type { Operator } from '../../terms.ts';

/** See `Operator`. */
export const OPERATOR: z.ZodType<Operator> = z.object({
  user: z.string(),
  host: z.string(),
  from: z.string().exactOptional(),
});
