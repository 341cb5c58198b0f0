import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DnsPrograms } from './found-dns.ts';
import { serverProcess } from './server-process.ts';

const run = promisify(execFile);

/** A zone by its name (`.` for the root) and its records in master file form, SOA and NS included. */
export interface ServedZone {
  name: string;
  /** Undefined for a zone whose data the server does not have: it answers SERVFAIL. */
  text: string | undefined;
}

/** An authoritative server of its own. */
export interface KnotServer {
  address: string;
  port: number;
  /** Serves other records of a zone from now on; the serial in `text` must be higher than before. */
  publish(zone: string, text: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const fileOf = (name: string): string => `${name === '.' ? 'root' : name}.zone`;

/** Starts Knot DNS on a loopback address with these zones. */
export async function startKnot(
  programs: DnsPrograms,
  { address, port, zones }: { address: string; port: number; zones: readonly ServedZone[] },
): Promise<KnotServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-knot-'));
  const config = join(folder, 'knot.conf');
  await Promise.all(['zones', 'db', 'run'].map((name) => mkdir(join(folder, name))));
  const write = (name: string, text: string) => writeFile(join(folder, 'zones', fileOf(name)), text);
  for (const { name, text } of zones) if (text !== undefined) await write(name, text);
  const lines = [
    'server:',
    `    listen: ${address}@${port}`,
    `    rundir: ${folder}/run`,
    'database:',
    `    storage: ${folder}/db`,
    'log:',
    '  - target: stderr',
    '    any: info',
    'template:',
    '  - id: default',
    `    storage: ${folder}/zones`,
    '    zonefile-sync: -1',
    '    journal-content: none',
    '    semantic-checks: off',
    'zone:',
    ...zones.flatMap(({ name }) => [`  - domain: ${name === '.' ? '.' : `${name}.`}`, `    file: ${fileOf(name)}`]),
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const process = serverProcess({
    file: programs.knotd,
    args: ['-c', config],
    ready: 'server started in the foreground',
  });
  await process.start();
  return {
    address,
    port,
    publish: async (zone, text) => {
      await write(zone, text);
      await run(programs.knotc, ['-c', config, '-b', 'zone-reload', zone === '.' ? '.' : `${zone}.`]);
    },
    start: process.start,
    stop: () => process.stop(),
    remove: async () => {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A signed zone, and the DS records by which its parent vouches for it. */
export interface SignedZone {
  text: string;
  ds: string[];
}

/** Signs a zone with keys of its own, as of `at` (Unix seconds); signatures hold for 14 days. */
export async function signZone(programs: DnsPrograms, name: string, text: string, at?: number): Promise<SignedZone> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-sign-'));
  try {
    const config = join(folder, 'sign.conf');
    const zone = name === '.' ? '.' : `${name}.`;
    await Promise.all(['zones', 'db', 'run', 'out'].map((part) => mkdir(join(folder, part))));
    await writeFile(join(folder, 'zones', fileOf(name)), text);
    const lines = [
      'server:',
      `    rundir: ${folder}/run`,
      'database:',
      `    storage: ${folder}/db`,
      'policy:',
      '  - id: single',
      '    algorithm: ecdsap256sha256',
      '    single-type-signing: on',
      'template:',
      '  - id: default',
      `    storage: ${folder}/zones`,
      '    dnssec-signing: on',
      '    dnssec-policy: single',
      'zone:',
      `  - domain: ${zone}`,
      `    file: ${fileOf(name)}`,
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const when = at === undefined ? [] : ['-t', String(at)];
    await run(programs.kzonesign, ['-c', config, '-o', join(folder, 'out'), ...when, zone]);
    const { stdout } = await run(programs.keymgr, ['-c', config, zone, 'ds']);
    return {
      text: await readFile(join(folder, 'out', fileOf(name)), 'utf8'),
      ds: stdout.trim().split('\n'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
