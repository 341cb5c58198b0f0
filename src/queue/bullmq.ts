/**
 * Of BullMQ, and of the client of Redis that it brings, what is used here: the build takes them into the commands, as loading the
 * two as they come costs each command that has a queue 300 ms of processor time.
 */
export type {
  BackendFactory,
  ConnectionOptions,
  Job,
  JobJson,
  JobsOptions,
  JobType,
  RedisQueueBackend,
  WorkerOptions,
} from 'bullmq';
// biome-ignore lint/performance/noBarrelFile: the build takes what is used
export {
  assertSchemaCompatibility,
  createPostgresBackend,
  createRedisBackend,
  DEFAULT_SCHEMA,
  DelayedError,
  LATEST_SCHEMA_VERSION,
  Queue,
  RateLimitError,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnrecoverableError,
  UnsupportedPostgresVersionError,
  Worker,
} from 'bullmq';
export { Cluster, Redis } from 'ioredis';
