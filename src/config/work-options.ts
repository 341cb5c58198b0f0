import { HostrollError } from '../terms.ts';
import { type Config, readConfig } from './config.ts';
import type { Env, Flags } from './inputs.ts';
import type { LaneConfig } from './lanes.ts';
import { wholeNumber } from './values.ts';

export interface WorkFlags extends Flags {
  sideBySide: string;
  lane?: string[];
}

export interface WorkOptions {
  /** With the lanes alone that are to be worked on. */
  config: Config;
  /** Most calls side by side on a lane. */
  concurrency: number;
  /** Lanes that were not named and are left alone, as their credential is not here. */
  lacking: LaneConfig[];
}

const MOST_CONCURRENCY = 200;

/** Throws `CONFIG_INVALID`, `CREDENTIAL_UNKNOWN` or `CREDENTIAL_MISSING`. */
export function readWorkOptions(flags: WorkFlags, env: Env): WorkOptions {
  const config = readConfig(flags, env);
  const concurrency = wholeNumber('--side-by-side', flags.sideBySide, { least: 1, most: MOST_CONCURRENCY });
  const { lane: wanted } = flags;
  const names = config.lanes.map(({ name }) => name);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new HostrollError(
      'CREDENTIAL_UNKNOWN',
      `There is no credential "${unknown}" here, only ${names.join(', ')}.`,
    );
  }
  const lanes = config.lanes.filter(({ name }) => wanted?.includes(name) ?? true);
  const lacking = lanes.filter(({ credential }) => credential === undefined);
  if (lacking.length === lanes.length || (wanted !== undefined && lacking.length > 0)) {
    throw new HostrollError('CREDENTIAL_MISSING', lacking.map(leftAlone).join('\n'));
  }
  return { config: { ...config, lanes: lanes.filter((lane) => !lacking.includes(lane)) }, concurrency, lacking };
}

/** Why a lane is not worked on, as a sentence. */
export const leftAlone = ({ name, lacks }: LaneConfig): string => `Lane ${name} is not worked on: ${lacks}.`;
