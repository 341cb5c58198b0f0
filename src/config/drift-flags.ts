import type { Command } from 'commander';
import { HostrollError } from '../terms.ts';
import { freshOption, whereOption } from './where-flags.ts';

export interface DriftFlags {
  against: string;
  fix?: string;
}

/** Flags that say what is compared. */
export const withDriftFlags = (command: Command): Command =>
  command
    .requiredOption('--against <snapshot|manifest|batch>', 'what to compare with: a file, or a batch id, "latest"')
    .option('--fix <file>', 'write a manifest (JSONL) that makes hostnames what they were')
    .addOption(whereOption())
    .addOption(freshOption('0'));

/** Throws `CONFIG_INVALID`. */
export function driftOptions({ against, fix }: DriftFlags): DriftFlags {
  if (fix !== undefined && !/\.(jsonl|ndjson)$/.test(fix)) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `--fix writes JSON lines, so that its file ends in .jsonl, not "${fix}".`,
    );
  }
  return fix === undefined ? { against } : { against, fix };
}
