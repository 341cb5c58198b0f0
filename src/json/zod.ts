/**
 * Of zod what is used here: the build takes no more into the commands, as loading the whole of it costs each 50 ms of processor time.
 * Import it as `z`.
 */
export type { core, infer, ZodType } from 'zod';
// biome-ignore lint/performance/noBarrelFile: the build takes what is used
export {
  array,
  boolean,
  coerce,
  custom,
  discriminatedUnion,
  enum,
  int,
  iso,
  json,
  literal,
  looseObject,
  number,
  object,
  partialRecord,
  record,
  strictObject,
  string,
  union,
  unknown,
  url,
  uuid,
} from 'zod';
