import type { ReadOptions } from '../manifest/read-manifest.ts';
import { isExclusive } from '../queue/open-queue.ts';
import { HostrollError } from '../terms.ts';
import { type BatchConfig, type BatchFlags, readBatchConfig } from './batch-config.ts';
import { DEFAULTS } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import { type ReadingFlags, readingRules } from './reading-rules.ts';
import type { RuleFlags } from './rule-flags.ts';
import { readNamedQueue } from './state-config.ts';

export interface SubmitFlags extends BatchFlags, Pick<Flags, 'queue'>, ReadingFlags, RuleFlags {
  skipInvalid?: boolean;
}

export interface SubmitOptions extends Partial<BatchConfig> {
  queue: string;
  skipInvalid: boolean;
  reading?: ReadOptions | undefined;
}

/** Flags before environment before defaults. Throws `CONFIG_INVALID` or `QUEUE_EXCLUSIVE`. */
export function readSubmitOptions(flags: SubmitFlags, env: Env): SubmitOptions {
  const queue = readNamedQueue(flags, env, 'of the coordinator');
  if (isExclusive(queue)) {
    throw new HostrollError(
      'QUEUE_EXCLUSIVE',
      'The embedded queue belongs to one process; a coordinator that takes batches needs a server: --queue redis://… or postgres://….',
    );
  }
  if (flags.inPack) {
    throw new HostrollError(
      'CONFIG_INVALID',
      '--in-pack replaces one certificate of a pack, and a submission brings no certificates; use "hostroll apply" on the same --queue.',
    );
  }
  const zone = nonEmpty(env.CLOUDFLARE_ZONE_ID);
  const given = { wait: DEFAULTS.wait, ...(zone === undefined ? {} : { zone: [zone] }), ...flags };
  const reading = readingRules(flags);
  return { queue, skipInvalid: flags.skipInvalid ?? false, reading, ...readBatchConfig(given) };
}
