import type { Command } from 'commander';
import type { DoctorOptions } from '../src/dcv/doctor.ts';
import { collect } from './flags.ts';

export interface DoctorFlags {
  resolver?: string[];
  target?: string[];
  allowPrivate?: boolean;
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
    .option('--allow-private', 'look at private and loopback addresses, too');

export const doctorOptions = ({ resolver, target, allowPrivate }: DoctorFlags): DoctorOptions => ({
  ...(resolver === undefined ? {} : { resolvers: resolver }),
  ...(target === undefined ? {} : { targets: target }),
  ...(allowPrivate === undefined ? {} : { allowPrivate }),
});
