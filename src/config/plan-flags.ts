import type { BatchFile } from '../batch/ledger/batch-file.ts';
import type { PlanFile } from '../batch/plan/plan-file.ts';
import { HostrollError, type JsonObject } from '../terms.ts';
import type { Config } from './config.ts';
import type { Flags } from './inputs.ts';
import type { ReadingFlags } from './reading-rules.ts';

/** Flags that make a plan of a manifest what it is. */
export interface PlanFlags extends Flags, ReadingFlags {
  skipInvalid?: boolean;
  json?: boolean;
}

/** The flags that a plan file has, as whoever applies it would have to give them; environment and defaults included. */
export function reviewedFlags(
  { zones, waitMs, waitStrict, inPack, resend, allowNarrower }: Config,
  { where, skipInvalid, match, ignoreColumns, keepColumns, knownColumnsOnly, maxManifest }: PlanFlags,
): JsonObject {
  const batch = { zone: zones, wait: `${waitMs}ms`, waitStrict, inPack, resend, allowNarrower };
  const reading = { where, skipInvalid, match, ignoreColumns, keepColumns, knownColumnsOnly, maxManifest };
  return JSON.parse(JSON.stringify({ ...batch, ...reading })) as JsonObject;
}

/** The flags that a batch was planned with, for another one that is to be like it. */
export function flagsOf({ zones, wait_ms, wait_strict, options = {} }: BatchFile): PlanFlags {
  const { inPack, resend, allowNarrower, where, skipInvalid, match } = options;
  const { ignoreColumns, keepColumns, knownColumnsOnly, maxManifest } = options;
  const reading = { ignoreColumns, keepColumns, knownColumnsOnly, maxManifest };
  const given = { inPack, resend, allowNarrower, where, skipInvalid, match, ...reading };
  return {
    ...(JSON.parse(JSON.stringify(given)) as PlanFlags),
    zone: zones,
    wait: `${wait_ms}ms`,
    waitStrict: wait_strict,
  };
}

/** The flags of a plan file with those given beside it. Throws `CONFIG_INVALID` where these would make it another plan. */
export function withReviewedFlags<Given extends PlanFlags>({ path, flags }: PlanFile, given: Given): Given {
  const bound = [
    ...Object.keys(flags),
    'ignoreColumns',
    'keepColumns',
    'knownColumnsOnly',
    'maxManifest',
    'skipInvalid',
    'match',
    'where',
  ];
  const twice = [...new Set(bound)].filter((name) => given[name as keyof Given] !== undefined);
  if (twice.length === 0) return { ...given, ...flags };
  const named = twice.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', ');
  throw new HostrollError(
    'CONFIG_INVALID',
    `${path} was reviewed with its own ${named}; leave that out, or plan again with it.`,
  );
}
