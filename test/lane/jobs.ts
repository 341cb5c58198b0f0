import type { CallFailure } from '../../src/cloudflare/failure.ts';
import { LANE_JOB, type ReadJob, type RowJob } from '../../src/lane/lane-job.ts';

const fresh = { v: 1, batch: '20260101-120000-abcd', tries: 0, activations: 0, calls: { list: 0, read: 0, edit: 0 } };
const target = { zone_id: '0123456789abcdef0123456789abcdef', id: '0d89c70d-ad9f-4843-b99f-6cc0252067e9' };
const edit = { step: 'edit', body: { ssl: { type: 'dv', method: 'txt' } }, paths: ['ssl.method'] };

/** The job of a row that asks for method txt, with `more` laid over it. */
export const rowJob = (more: Partial<RowJob> = {}): RowJob => {
  const row = { kind: 'row', key: 'row-7', row: 7, hostname: 'shop.acme-store.net' };
  return { ...(LANE_JOB.parse({ ...fresh, ...target, ...row, ...edit }) as RowJob), ...more };
};

/** The job of a look-up by id, with `more` laid over it. */
export const readJob = (more: Partial<ReadJob> = {}): ReadJob =>
  ({ ...LANE_JOB.parse({ ...fresh, ...target, kind: 'get', key: 'look-up-7' }), ...more }) as ReadJob;

const FAILURES = {
  rate_limited: { code: 'CF_RATE_LIMITED', http_status: 429, retry_after_ms: 90_000 },
  server: { code: 'CF_SERVER_ERROR', http_status: 502, perhaps_applied: true },
  network: { code: 'CF_TIMEOUT', perhaps_applied: true },
  final: { code: 'CF_1436', http_status: 404 },
  stop: { code: 'CF_UNAUTHORIZED', http_status: 403 },
} as const;

/** A failed answer of this category, with `more` laid over its failure. */
export const failed = (category: CallFailure['category'], more: Partial<CallFailure> = {}) => ({
  ok: false as const,
  quotas: [],
  failure: { category, message: 'It failed.', perhaps_applied: false, ...FAILURES[category], ...more },
});
