import type { Command } from 'commander';
import type { DoctorOptions } from '../dcv/doctor.ts';
import { type DoctorFlags, doctorOptions, withDoctorFlags } from './doctor-flags.ts';

export interface LookFlags extends DoctorFlags {
  look?: boolean;
  skipUnready?: boolean;
}

/** How rows are looked at before they are sent. */
export interface LookOptions {
  /** Asked for in so many words: where no DNS answers, the command fails. */
  isAsked: boolean;
  /** Rows that are not ready are left for later. */
  skipUnready: boolean;
  doctor: DoctorOptions;
}

/** Flags of the commands that plan a manifest. */
export const withAheadFlags = (command: Command): Command =>
  withDoctorFlags(command)
    .option('--look', 'ask DNS whether rows that change method or authority will pass (unless with --yes)')
    .option('--no-look', 'do not ask DNS')
    .option('--skip-unready', 'leave rows that will not pass for later');

/** What the flags say; undefined where nothing is to be looked at. `isWatched`: somebody sees the plan before anything is sent. Throws `CONFIG_INVALID`. */
export function lookOptions(
  { look, skipUnready = false, ...flags }: LookFlags,
  isWatched: boolean,
): LookOptions | undefined {
  const isAsked = look === true || skipUnready;
  if (!isAsked && (look === false || !isWatched)) return undefined;
  return { isAsked, skipUnready, doctor: doctorOptions(flags) };
}
