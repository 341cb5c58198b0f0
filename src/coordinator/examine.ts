import { Doctor, type DoctorOptions } from '../dcv/doctor.ts';
import type { Finding } from '../dcv/finding.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { phaseOfLive } from '../hostname/live-phase.ts';
import type { Subjects } from './subjects.ts';

/** Findings waited for at a time, in the order of the hostnames: bounds memory, whatever the zone's size. */
const AHEAD = 500;

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
  const ahead: Promise<Finding>[] = [];
  try {
    for await (const live of chosen(subjects, all, interrupt)) {
      ahead.push(doctor.examine(live, subjects.newAuthority(live)));
      const first = ahead.length > AHEAD ? ahead.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (const each of ahead) yield await each;
  } finally {
    await doctor.close();
  }
}

/** Customers point at a name in the provider's own zone, so that any name there will do where none is given. */
const zoneTargets = ({ zoneNames }: Subjects) =>
  new Map([...zoneNames].map(([zone, name]) => [zone, [name, `*.${name}`]]));

async function* chosen(
  { hostnames, newAuthority }: Subjects,
  all: boolean,
  interrupt: AbortSignal,
): AsyncGenerator<LiveHostname> {
  for await (const live of hostnames()) {
    if (interrupt.aborted) return;
    const phase = phaseOfLive(live, {}, Date.now());
    if (all || newAuthority(live) !== undefined || (phase !== 'serving' && phase !== 'leaving')) yield live;
  }
}
