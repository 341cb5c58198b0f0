import type { BatchFile } from '../batch/ledger/batch-file.ts';
import { HostrollError } from '../terms.ts';
import { type Config, mayTakeToken, readConfig } from './config.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';

/**
 * The configuration to carry a planned batch on with: at its pace, and on its API, unless flags or environment say
 * otherwise. Throws as `readConfig`, `CREDENTIAL_UNKNOWN`, and `BATCH_DAMAGED` where the batch names an API that no token
 * may be sent to: its file may have been edited.
 */
export function readResumeConfig({ batch, lanes, base_url }: BatchFile, flags: Flags, env: Env): Config {
  const config = readConfig(flags, env);
  const ofBatch = nonEmpty(env.CLOUDFLARE_BASE_URL) === undefined;
  if (ofBatch && !mayTakeToken(base_url)) {
    throw new HostrollError(
      'BATCH_DAMAGED',
      `batch.json of batch ${batch} names ${JSON.stringify(base_url)} as its API: no token is sent there, as that is neither https:// nor on this machine.`,
    );
  }
  const known = new Set(config.lanes.map(({ name }) => name));
  const missing = lanes.find(({ name }) => !known.has(name));
  if (missing !== undefined) {
    throw new HostrollError(
      'CREDENTIAL_UNKNOWN',
      `Batch ${batch} was planned with a credential "${missing.name}", which is not configured here; run this where its hostroll.config.json is, or name that with --config.`,
    );
  }
  const planned = new Map(lanes.map((lane) => [lane.name, lane]));
  return {
    ...config,
    ...(ofBatch ? { baseUrl: base_url } : {}),
    lanes: config.lanes.map((lane) => {
      const { quota, share } = planned.get(lane.name) ?? {};
      return {
        ...lane,
        ...(quota === undefined || flags.quota !== undefined
          ? {}
          : { quota: { calls: quota.calls, windowSeconds: quota.window_seconds } }),
        ...(share === undefined || flags.share !== undefined ? {} : { share }),
      };
    }),
  };
}
