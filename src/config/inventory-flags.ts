import type { Command } from 'commander';
import type { DoctorOptions } from '../dcv/doctor.ts';
import { parseDuration } from '../text/duration.ts';
import { type DoctorFlags, doctorOptions, withDoctorFlags } from './doctor-flags.ts';
import { ConfigProblems } from './problems.ts';
import { freshOption, whereOption } from './where-flags.ts';

export interface InventoryFlags extends DoctorFlags {
  within: string;
  stale?: string;
  since?: string;
}

export interface InventoryOptions {
  /** What ends within this long is near, in milliseconds. */
  withinMs: number;
  /** Hostnames that are no good and as old as this are listed with evidence; none where absent. */
  staleMs?: number;
  /** `last`, a date, or the file of an earlier inventory. */
  since?: string;
  doctor: DoctorOptions;
}

/** Flags that say what an inventory is to tell. */
export const withInventoryFlags = (command: Command): Command =>
  withDoctorFlags(command)
    .option('--within <time>', 'what ends so soon is told', '30d')
    .option('--stale <time>', 'also hostnames that have been no good for so long, such as 90d, with what DNS shows')
    .option('--since <last|date|file>', 'also what has changed since an earlier inventory')
    .addOption(whereOption())
    .addOption(freshOption('0'));

/** Throws `CONFIG_INVALID` naming every problem. */
export function inventoryOptions({ within, stale, since, ...flags }: InventoryFlags): InventoryOptions {
  const problems = new ConfigProblems();
  const span = (flag: string, text: string): number => {
    const ms = parseDuration(text);
    if (ms === undefined) problems.add(`${flag} must be a time such as 30d, not "${text}".`);
    return ms ?? 0;
  };
  const options = {
    withinMs: span('--within', within),
    ...(stale === undefined ? {} : { staleMs: span('--stale', stale) }),
    ...(since === undefined ? {} : { since }),
    doctor: doctorOptions(flags),
  };
  problems.throwIfAny();
  return options;
}
