/** Floors of the house, ground first. An import goes to a lower floor or stays in its own room. */
const FLOORS = [
  ['codes'],
  ['terms'],
  ['json', 'text'],
  ['disk'],
  ['certificate'],
  ['hostname'],
  ['manifest'],
  ['dns'],
  ['cloudflare', 'queue', 'secrets', 'dcv', 'tls', 'bundles'],
  ['lane', 'select'],
  ['batch/control'],
  ['batch/ledger', 'schedule'],
  ['batch/waves'],
  ['batch/view', 'batch/dispatch'],
  ['batch/settle', 'batch/submit'],
  ['batch/plan'],
  ['batch/run'],
  ['report', 'sandbox', 'sweep', 'notices'],
  ['config', 'handoff', 'inventory', 'drift'],
  ['telemetry'],
  ['coordinator'],
  ['rehearsal', 'dashboard', 'checkup', 'manual'],
];

const roomPath = (room) => (room === 'terms' ? '^src/terms\\.ts$' : `^src/${room}/`);

const floorRules = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const forbidden = [...rooms.filter((other) => other !== room), ...FLOORS.slice(floor + 1).flat()];
    return {
      name: `${room}-looks-only-down`,
      severity: 'error',
      from: { path: roomPath(room) },
      to: { path: [...forbidden.map(roomPath), '^(scripts|workers)/'] },
    };
  }),
);

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'every-room-has-a-floor',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: FLOORS.flat().map(roomPath) },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrel', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
    {
      name: 'commands-do-not-know-processes',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^workers/' },
    },
    {
      name: 'hostname-is-pure',
      severity: 'error',
      from: { path: '^src/hostname/' },
      to: { dependencyTypes: ['core'], pathNot: '^(util|crypto|url|net)$' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
