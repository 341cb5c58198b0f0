import { Doctor, type DoctorOptions } from '../dcv/doctor.ts';
import type { Finding } from '../dcv/finding.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { phaseOfLive } from '../hostname/live-phase.ts';
import { inOrder } from './in-order.ts';
import type { Subjects } from './subjects.ts';

/**
 * Looks at hostnames as a certificate authority would, several side by side, and hands on what it finds in their order: at
 * those that wait or are to get another authority, or at `all`.
 */
export async function* examine(
  subjects: Subjects,
  options: DoctorOptions,
  { all, interrupt }: { all: boolean; interrupt: AbortSignal },
): AsyncGenerator<Finding> {
  const doctor = new Doctor({ ...options, zoneTargets: zoneTargets(subjects) });
  const look = (live: LiveHostname) => doctor.examine(live, subjects.newAuthority(live));
  try {
    yield* inOrder(chosen(subjects, all), look, interrupt);
  } finally {
    await doctor.close();
  }
}

/** Customers point at a name in the provider's own zone, so that any name there will do where none is given. */
const zoneTargets = ({ zoneNames }: Subjects) =>
  new Map([...zoneNames].map(([zone, name]) => [zone, [name, `*.${name}`]]));

async function* chosen({ hostnames, newAuthority }: Subjects, all: boolean): AsyncGenerator<LiveHostname> {
  for await (const live of hostnames()) {
    const phase = phaseOfLive(live, {}, Date.now());
    if (all || newAuthority(live) !== undefined || (phase !== 'serving' && phase !== 'leaving')) yield live;
  }
}
