import { expect, test } from 'vitest';
import { StateWatch, WatchedClock } from '../../src/rehearsal/state-watch.ts';
import { Clock } from '../../src/sandbox/clock.ts';
import type { CustomHostnameId } from '../../src/terms.ts';
import { call, hostnamesPath } from '../sandbox/call.ts';
import { SHOP, start } from '../sandbox/running.ts';

test('a clock that goes by calls stands still between them', async () => {
  const clock = new Clock({ start: 1_000, speed: 0, per_call_ms: 250 });
  const sandbox = await start({ hostnames: [SHOP], clock });
  await call(sandbox, 'GET', hostnamesPath(sandbox, SHOP.id));
  await call(sandbox, 'GET', hostnamesPath(sandbox));
  expect(clock.now()).toBe(1_500);
  await fetch(`${sandbox.controlUrl}/judge`);
  expect(clock.now()).toBe(1_500);
  expect(() => new Clock({ per_call_ms: -1 })).toThrow(/0 ms/);
});

test('a watch finds the peak of pending validations, and tells the course of time in a few moments', async () => {
  const ids = ['a', 'b', 'c'].map((_, at) => `11111111-2222-4333-8444-00000000000${at}` as CustomHostnameId);
  let watch: StateWatch | undefined;
  const clock = new WatchedClock({ start: 0, speed: 0 }, (now) => watch?.reached(now));
  const sandbox = await start({
    clock,
    hostnames: ids.map((id, at) => ({ id, hostname: `shop-${at}.acme-store.net`, ssl: {} })),
  });
  watch = new StateWatch({ statuses: sandbox.statuses, ids, rowsDone: () => 7, everyMs: 1_000, start: 0 });
  watch.look(0);
  for (const id of ids) {
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, id), {
      ssl: { method: 'http', type: 'dv', certificate_authority: 'lets_encrypt' },
    });
  }
  for (let second = 0; second < 300; second += 1) clock.advance(1_000);
  expect(watch.pending()).toMatchObject({ before: 0, peak: 3, at_end: 0 });
  const timeline = watch.timeline();
  expect(timeline[0]).toEqual({ at_ms: 0, rows_done: 7, active: 3, pending_validation: 0 });
  expect(timeline.at(-1)).toMatchObject({ at_ms: 300_000, active: 3, pending_validation: 0 });
  expect(timeline.length).toBeLessThanOrEqual(9);
  expect(timeline.map(({ at_ms }) => at_ms)).toEqual(timeline.map(({ at_ms }) => at_ms).sort((a, b) => a - b));
});
