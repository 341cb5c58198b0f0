import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { folderOfQueue, isExclusive } from '../queue/open-queue.ts';
import { budgetPerSecond } from './engine.ts';
import { sharesOf } from './queue-shares.ts';

/** Part of what `share` leaves of a quota that reads beside another process use: people and other tools have the rest. */
const PART_OF_REST = 0.5;

/**
 * The configuration for a command that only reads: where another process has the embedded queue, a second one beside it, with a
 * part of the calls that the first leaves. So both together keep to the quota, and neither waits for the other; `warn` hears of it.
 * A third process is refused (`LOCK_HELD`) while the second is at it.
 */
export async function besideOthers(config: Config, warn: (sentence: string) => void): Promise<Config> {
  if (!isExclusive(config.queue)) return config;
  const folder = folderOfQueue(config.queue);
  const holder = await lockHolder(join(folder, 'lock'));
  if (holder === undefined || holder.pid === process.pid) return config;
  const used = await sharesOf(config, holder.pid);
  const lanes = config.lanes.map((lane) => ({ ...lane, share: (1 - (used.get(lane.name) ?? 1)) * PART_OF_REST }));
  // Where the first is allowed everything, there is nothing to share.
  if (lanes.some(({ share }) => share <= 0)) return config;
  const pace = budgetPerSecond(lanes).toFixed(1);
  warn(`${holder.command} (process ${holder.pid}) has the queue: this reads beside it, ${pace} calls a second.`);
  return { ...config, queue: `embedded:${folder}-beside`, lanes };
}
