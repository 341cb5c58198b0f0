import { LONGEST_WAIT_MS } from '../batch/ledger/batch-file.ts';
import type { PlanRules } from '../batch/plan/brakes.ts';
import { FRESH_MS } from '../lane/lane-job.ts';
import { PRIORITIES, type Priority } from '../lane/priority.ts';
import type { Where } from '../select/where.ts';
import { parseDuration } from '../text/duration.ts';
import type { Flags } from './inputs.ts';
import { isZoneGiven } from './lanes.ts';
import { ConfigProblems } from './problems.ts';
import { type RolloutConfig, rolloutConfig } from './rollout-config.ts';
import { whereOf } from './where.ts';

/** What one batch goes by, apart from what it runs on. */
export interface BatchConfig extends RolloutConfig {
  /** Zones that rows without one are looked for in; all those of the credentials where none are given. */
  zones: string[];
  waitMs: number;
  waitStrict: boolean;
  priority: Priority;
  /** A bundle takes the place of one certificate of a pack. */
  inPack: boolean;
  /** What its plan is judged by. */
  rules: PlanRules;
  /** Rows are sent only where this holds of their hostname. */
  where: Where;
  /** How old a kept reading of a zone may be to plan by, in milliseconds; 0 for none. */
  freshMs: number;
}

export type BatchFlags = Pick<
  Flags,
  | 'zone'
  | 'wait'
  | 'waitStrict'
  | 'priority'
  | 'inPack'
  | 'where'
  | 'fresh'
  | 'waves'
  | 'waveWait'
  | 'maxPending'
  | 'confirmWaves'
  | 'issuance'
  | 'maxFailures'
  | 'stopRule'
>;

/** What the flags say of a batch, and no more. */
export function batchConfigOf(
  { zone = [], wait, waitStrict, priority: asked, inPack, where, fresh, ...flags }: BatchFlags,
  problems: ConfigProblems,
): Partial<BatchConfig> {
  for (const name of zone.filter((name) => !isZoneGiven(name))) {
    problems.add(
      `--zone must be a zone's id (32 hex digits) its name (such as acme-store.net), or all, not "${name}".`,
    );
  }
  const waitMs = wait === undefined ? undefined : parseDuration(wait);
  if (wait !== undefined && !(waitMs !== undefined && waitMs <= LONGEST_WAIT_MS)) {
    problems.add(`--wait must be a time such as 0, 60s, 15m or 2h, at most 168h, not "${wait}".`);
  }
  const freshMs = fresh === undefined ? undefined : parseDuration(fresh);
  if (fresh !== undefined && !(freshMs !== undefined && freshMs <= FRESH_MS)) {
    problems.add(`--fresh must be a time such as 0, 90s or 10m, at most 30m, not "${fresh}".`);
  }
  const priority = PRIORITIES.find((each) => each === asked);
  if (asked !== undefined && priority === undefined) {
    problems.add(`--priority must be one of ${PRIORITIES.join(', ')}, not "${asked}".`);
  }
  return {
    ...(zone.length === 0 ? {} : { zones: zone }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(waitStrict === undefined ? {} : { waitStrict }),
    ...(priority === undefined ? {} : { priority }),
    ...(inPack === undefined ? {} : { inPack }),
    ...(where === undefined ? {} : { where: whereOf(where, problems) }),
    ...(freshMs === undefined ? {} : { freshMs }),
    ...rolloutConfig(flags, problems),
  };
}

/** As `batchConfigOf`, where a batch runs on another process's configuration. Throws `CONFIG_INVALID`. */
export function readBatchConfig(flags: BatchFlags): Partial<BatchConfig> {
  const problems = new ConfigProblems();
  const config = batchConfigOf(flags, problems);
  problems.throwIfAny();
  return config;
}
