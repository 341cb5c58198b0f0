/** `npm run bench -- <name> …`: one entry for all that is measured. What follows the name is the measurement's own. */

/** In the order of the README of numbers, docs/performance.md. */
const BENCHES: Record<string, { what: string; run(): Promise<unknown> }> = {
  budget: {
    what: 'part of a quota that is used, and lock-outs, against what people write by hand',
    run: () => import('./budget.ts'),
  },
  edits: {
    what: 'edits a second, processor time and memory against the official client',
    run: () => import('./edits.ts'),
  },
  calls: { what: 'calls of a rollout against what people write by hand', run: () => import('./calls.ts') },
  lane: {
    what: 'part of a lane’s limit that is used, by queue, rate and processes',
    run: () => import('./lane-budget.ts'),
  },
  start: {
    what: 'processor time of commands that only read files, and how long plan takes to its first call',
    run: () => import('./start.ts'),
  },
  scale: {
    what: 'how time, memory and disk grow with the rows of a batch, over a kill and a resume',
    run: () => import('./scale.ts'),
  },
  fleet: {
    what: 'how long ten million hostnames take, by the clock of a rehearsal',
    run: () => import('./fleet.ts'),
  },
  steering: {
    what: 'from pause typed to the last call, and ten rows beside many others, by queue',
    run: () => import('./steering.ts'),
  },
  sweep: { what: 'calls of a sweep against a blind one', run: () => import('./sweep-calls.ts') },
  select: {
    what: 'rows a second that select writes, its memory and list pages',
    run: () => import('./select-rows.ts'),
  },
  manifest: { what: 'rows a second that a manifest is read with', run: () => import('./manifest-read.ts') },
  certificates: {
    what: 'time and memory of a rollout with a pack of its own for each hostname',
    run: () => import('./certificates.ts'),
  },
  doctor: { what: 'hostnames a second that the doctor looks at', run: () => import('./doctor.ts') },
  sandbox: { what: 'edits a second that the simulator takes', run: () => import('./sandbox-edits.ts') },
};

const [name = ''] = process.argv.splice(2, 1);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  for (const [known, { what }] of Object.entries(BENCHES)) console.log(`npm run bench -- ${known.padEnd(10)} ${what}`);
  process.exitCode = name === '' ? 0 : 1;
} else await bench.run();
