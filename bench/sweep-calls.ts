/**
 * Calls that a sweep spends against a blind one (a recheck of everything that is pending), on a zone of 10,000 hostnames
 * of which 1,000 are pending and 150 of those could be validated now: `npm run bench -- sweep`. Counts, not times, so that
 * any machine will do; takes about a minute.
 */
import { sweepInSimulator } from './sweep-in-simulator.ts';

const ZONE = { hostnames: 10_000, pending: 1_000, ready: 150 };

const print = (...cells: (string | number)[]) =>
  void process.stdout.write(
    `${cells
      .map((cell) => String(cell).padEnd(12))
      .join('')
      .trimEnd()}\n`,
  );

print('', 'list', 'read', 'edit', 'calls', 'activated', 'calls each');
for (const [name, blind] of [
  ['sweep', false],
  ['blind', true],
] as const) {
  const { list, read, edit, all, activated } = await sweepInSimulator(ZONE, blind);
  print(name, list, read, edit, all, activated, (all / activated).toFixed(2));
}
