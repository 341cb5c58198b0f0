import { exitCodeFor } from '../codes/code.ts';
import { EXIT } from '../codes/exit.ts';
import type { Config } from '../config/config.ts';
import type { LaneConfig } from '../config/lanes.ts';
import type { DoctorOptions } from '../dcv/doctor.ts';
import { type Check, failed } from './check.ts';
import { checkCredential } from './check-credential.ts';
import { checkDns, checkNode, checkQueue, checkSealKey, checkState } from './check-machine.ts';
import { lookInto } from './seen-by.ts';

/** What can be looked at though the configuration cannot be read. */
export interface Basics {
  state: string;
  queue: string;
  node: string;
  dns: DoctorOptions;
}

/** Looks at all that commands need; `config` is undefined where it has faults. Writes nothing. */
export async function checkup({ state, queue, node, dns }: Basics, config: Config | undefined): Promise<Check[]> {
  const lanes = (config?.lanes ?? []).map((lane) => checkLane(lane, config as Config));
  const groups = await Promise.all([
    checkNode(node),
    checkState(state),
    config === undefined ? [] : checkSealKey(config),
    checkQueue(queue, 'hostroll doctor'),
    checkDns(dns),
    ...lanes,
  ]);
  return groups.flat();
}

async function checkLane(lane: LaneConfig, config: Config): Promise<Check[]> {
  const { name, credential, lacks } = lane;
  if (credential === undefined) return [failed(`credential ${name}`, lacks ?? 'not here', 'CREDENTIAL_MISSING')];
  const wanted = config.lanes.length === 1 && config.zones.length > 0 ? config.zones : lane.zones;
  const seen = await lookInto(config.baseUrl, credential, { wanted, quotas: true });
  return checkCredential(lane, seen, Date.now());
}

/** That of a command that meets the first of what has failed. */
export function exitOf(checks: readonly Check[]): number {
  const code = checks.find(({ state }) => state === 'failed')?.code;
  return code === undefined ? EXIT.ok : exitCodeFor(code);
}
