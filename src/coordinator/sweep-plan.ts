import { rolloutOf } from '../config/rollout-config.ts';
import { Doctor, type DoctorOptions } from '../dcv/doctor.ts';
import { planSweep } from '../sweep/plan-sweep.ts';
import type { SweepOptions } from '../sweep/sweep-options.ts';
import type { Prepare } from './session.ts';
import { version } from './version.ts';

/** How a sweep is planned. */
export const sweepPlan =
  (options: SweepOptions, doctorOptions: DoctorOptions): Prepare =>
  async (planning) =>
  async (engine) => {
    const doctor = new Doctor(doctorOptions);
    const examine: Doctor['examine'] = (live) => doctor.examine(live);
    try {
      if (!options.all) await doctor.probe();
      const { config } = planning;
      const rollout = rolloutOf(config, config.fileStopRules);
      return await planSweep({ ...config, ...engine, ...planning, rollout, options, examine, version, now: Date.now });
    } finally {
      await doctor.close();
    }
  };
