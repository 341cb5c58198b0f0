/**
 * Of zod what is used here. The build makes this one file, as loading the whole of it costs each command 50 ms of processor time. Import
 * it as `z`.
 */
export type { core, infer, ZodType } from 'zod';
// biome-ignore lint/performance/noBarrelFile: it is made one file, so that there is no graph of modules
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
