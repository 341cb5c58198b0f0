import type { Command } from 'commander';
import { DEFAULT_CONCURRENCY, type DoctorOptions } from '../dcv/doctor.ts';
import { HostrollError } from '../terms.ts';
import { collect } from './flags.ts';

export interface DoctorFlags {
  resolver?: string[];
  target?: string[];
  allowPrivate?: boolean;
  root?: string[];
  sideBySide?: string;
}

/** Flags of the commands that look at hostnames as a certificate authority would. */
export const withDoctorFlags = (command: Command): Command =>
  command
    .option(
      '--resolver <address>',
      'DNS resolver to ask instead of the authoritative servers; may be repeated',
      collect,
    )
    .option('--target <name>', 'name or address that hostnames should point at; may be repeated', collect)
    .option('--allow-private', 'look at private and loopback addresses, too')
    .option('--root <address>', 'where the DNS tree begins, in a network of your own; may be repeated', collect)
    .option('--side-by-side <hostnames>', `hostnames looked at side by side (${DEFAULT_CONCURRENCY})`);

/** Throws `CONFIG_INVALID`. */
export const doctorOptions = ({ resolver, target, allowPrivate, root, sideBySide }: DoctorFlags): DoctorOptions => ({
  ...(resolver === undefined ? {} : { resolvers: resolver }),
  ...(target === undefined ? {} : { targets: target }),
  ...(allowPrivate === undefined ? {} : { allowPrivate }),
  ...(root === undefined ? {} : { roots: root }),
  ...(sideBySide === undefined ? {} : { concurrency: parseSideBySide(sideBySide) }),
});

const MOST_SIDE_BY_SIDE = 500;

function parseSideBySide(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_SIDE_BY_SIDE) return count;
  throw new HostrollError('CONFIG_INVALID', `--side-by-side must be a whole number from 1 to ${MOST_SIDE_BY_SIDE}.`);
}
