import * as z from '../json/zod.ts';

/** Letters that are safe in a file name, a queue job id and a shell. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const isScheduleName = (name: string): boolean => NAME.test(name);

/** A command that a coordinator carries out again and again: `schedule.json`. Whom it tells by `--notify` may be a secret. */
export const SCHEDULE = z.object({
  v: z.literal(1),
  name: z.string().regex(NAME),
  /** Cron expression, and the zone whose clock it goes by. */
  pattern: z.string(),
  tz: z.string(),
  /** As it would be typed behind `hostroll`. */
  command: z.array(z.string()).min(1),
  /** Folder from which the paths in the command are meant. */
  folder: z.string(),
  /** ISO 8601. Slots before it are nobody's. */
  set_at: z.iso.datetime(),
});
export type Schedule = z.infer<typeof SCHEDULE>;
