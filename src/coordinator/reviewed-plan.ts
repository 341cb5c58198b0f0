import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PlanFile } from '../batch/plan/plan-file.ts';
import { ReviewedRows } from '../batch/plan/reviewed-rows.ts';
import { HostrollError } from '../terms.ts';
import { type Manifest, planOn, readIn } from './plan-manifest.ts';
import type { Prepare } from './session.ts';

/** Where the manifest of a plan is: where it was when it was planned, or beside the plan. */
export function manifestOf({ path, batch }: PlanFile): string {
  const { path: given } = batch.manifest;
  const beside = join(dirname(path), basename(given));
  return given === '-' || existsSync(given) || !existsSync(beside) ? given : beside;
}

/**
 * How a plan that was reviewed is planned: anew, from the very same manifest, each row compared with the reviewed one; `take`
 * sends those that have drifted, too. Throws `PLAN_STALE` where the manifest is another.
 */
export const reviewedPlan =
  (plan: PlanFile, manifest: Manifest, { take }: { take: boolean }): Prepare =>
  async (planning) => {
    const intake = await readIn(manifest, planning);
    if (intake.summary?.sha256 !== plan.batch.manifest.sha256) {
      throw new HostrollError(
        'PLAN_STALE',
        `${manifest.name} is not the manifest that ${plan.path} was made of (sha256 ${plan.batch.manifest.sha256}); plan again, and have that reviewed.`,
      );
    }
    return async (engine) => {
      const reviewed = new ReviewedRows(plan.rows(), { take });
      try {
        return await planOn(engine, planning, { manifestPath: manifest.name, intake, reviewed });
      } finally {
        await reviewed.close();
      }
    };
  };
