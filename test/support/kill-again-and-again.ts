import { expect } from 'vitest';
import { fraction } from '../../src/sandbox/draw.ts';
import type { Cluster, ClusterProcess } from './cluster.ts';

export interface Kills {
  coordinators: number;
  workers: number;
}

/** How long a part of the rows may take: the jobs of a dead worker come after 45 s. */
const PATIENCE_MS = 180_000;

/**
 * Carries a batch out while its processes are killed (SIGKILL), `kills` of them, at moments that `seed` spreads over it;
 * each is followed by a new one. `workers` run beside the coordinator; without, only coordinators die. Resolves when a
 * coordinator has ended by itself, with who was killed.
 */
export async function killAgainAndAgain(
  on: Cluster,
  { kills, workers, seed }: { kills: number; workers: number; seed: number },
): Promise<Kills> {
  const killed: Kills = { coordinators: 0, workers: 0 };
  const helpers: ClusterProcess[] = Array.from({ length: workers }, () => on.work());
  let coordinator = on.apply();
  for (let number = 0; number < kills; number++) {
    const draw = (what: number) => fraction(seed, 3 * number + what);
    // Not before the first outcome: until then there is no batch that could be resumed.
    const moment = Math.max((0.98 * (number + draw(0))) / kills, 1 / on.names.length);
    await Promise.race([on.reached(moment, PATIENCE_MS), coordinator.ended]);
    expect(coordinator.isGone(), coordinator.said()).toBe(false);
    const victim = helpers[Math.floor(draw(1) * helpers.length)];
    if (victim !== undefined && draw(2) < 0.5) {
      await victim.kill();
      killed.workers++;
      helpers[helpers.indexOf(victim)] = on.work();
    } else {
      await coordinator.kill();
      killed.coordinators++;
      coordinator = on.resume();
    }
  }
  expect(await coordinator.ended, coordinator.said()).toBe(0);
  return killed;
}
