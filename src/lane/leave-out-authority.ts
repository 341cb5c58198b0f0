import { AUTHORITY_PATH } from '../hostname/compare.ts';
import type { JsonObject, ZoneId } from '../terms.ts';
import type { LaneJob, RowJob } from './lane-job.ts';

/** Naming a certificate authority is refused in zones below Enterprise, also where it is the one they have. */
const AUTHORITY_REFUSED = 'CF_1459';

/** The same edit without the authority that it repeats; undefined where it repeats none, or changes it. */
function leaveOutAuthority(job: RowJob): RowJob | undefined {
  const { certificate_authority: authority, ...ssl } = (job.body.ssl ?? {}) as JsonObject;
  if (authority === undefined || job.step !== 'edit' || job.paths.includes(AUTHORITY_PATH)) return undefined;
  return { ...job, body: { ...job.body, ssl }, left_out: [AUTHORITY_PATH] };
}

/** How an edit goes on whose repeated authority was refused, nothing of it having been applied. */
export const afterAuthorityRefused = (job: RowJob, code: string): RowJob | undefined =>
  code === AUTHORITY_REFUSED ? leaveOutAuthority(job) : undefined;

/**
 * The zones that have refused a repeated authority, as far as this worker has seen: their further edits go without at once.
 * One refusal a zone and worker is what it costs to learn.
 */
export class RefusedAuthorities {
  readonly #zones = new Set<ZoneId>();

  ready<T extends LaneJob>(job: T): T | RowJob {
    return job.kind === 'row' && this.#zones.has(job.zone_id) ? (leaveOutAuthority(job) ?? job) : job;
  }

  learn(job: LaneJob): void {
    if (job.kind === 'row' && job.left_out !== undefined) this.#zones.add(job.zone_id);
  }
}
