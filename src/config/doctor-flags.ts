import type { Command } from 'commander';
import { DEFAULT_CONCURRENCY, type DoctorOptions } from '../dcv/doctor.ts';
import { collect } from './flags.ts';
import { wholeNumber } from './values.ts';

export interface DoctorFlags {
  resolver?: string[];
  target?: string[];
  allowPrivate?: boolean;
  root?: string[];
  sideBySide?: string;
  httpPort?: string;
}

/** Flags of the commands that look at hostnames from here. */
export const withLookFlags = (command: Command): Command =>
  command
    .option(
      '--resolver <address>',
      'DNS resolver to ask instead of the authoritative servers; may be repeated',
      collect,
    )
    .option('--allow-private', 'look at private and loopback addresses, too')
    .option('--root <address>', 'where the DNS tree begins, in a network of your own; may be repeated', collect)
    .option('--side-by-side <hostnames>', `hostnames looked at side by side (${DEFAULT_CONCURRENCY})`);

/** Flags of the commands that look at hostnames as a certificate authority would. */
export const withDoctorFlags = (command: Command): Command =>
  withLookFlags(command)
    .option('--target <name>', 'name or address that hostnames should point at; may be repeated', collect)
    .option('--http-port <port>', 'where web servers listen, in a network of your own, instead of 80');

/** Throws `CONFIG_INVALID`. */
export const doctorOptions = ({
  resolver,
  target,
  allowPrivate,
  root,
  sideBySide,
  httpPort,
}: DoctorFlags): DoctorOptions => ({
  ...(resolver === undefined ? {} : { resolvers: resolver }),
  ...(target === undefined ? {} : { targets: target }),
  ...(allowPrivate === undefined ? {} : { allowPrivate }),
  ...(root === undefined ? {} : { roots: root }),
  ...(httpPort === undefined ? {} : { httpPort: wholeNumber('--http-port', httpPort, { least: 1, most: 65_535 }) }),
  ...(sideBySide === undefined
    ? {}
    : { concurrency: wholeNumber('--side-by-side', sideBySide, { least: 1, most: MOST_SIDE_BY_SIDE }) }),
});

const MOST_SIDE_BY_SIDE = 500;
