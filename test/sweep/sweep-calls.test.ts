import { expect, it } from 'vitest';
import { sweepInSimulator } from '../../bench/sweep-in-simulator.ts';

const ZONE = { hostnames: 200, pending: 60, ready: 9 };

it('a sweep makes active what a blind one does, and sends to no other hostname', async () => {
  const sweep = await sweepInSimulator(ZONE, false);
  const blind = await sweepInSimulator(ZONE, true);
  expect(sweep).toMatchObject({ activated: 9, edit: 9, skipped: { SWEEP_MISSING: 51 } });
  expect(blind).toMatchObject({ activated: 9, edit: 60, skipped: {} });
  expect(sweep.all).toBeLessThan(blind.all - 50);
}, 180_000);
