import { rootCertificates } from 'node:tls';
import type { Command } from 'commander';
import { readRoots } from '../bundles/read-roots.ts';
import { nameService } from '../dcv/doctor.ts';
import { HostrollError } from '../terms.ts';
import { parseConnect, type VerifyOptions } from '../tls/verify.ts';
import { type DoctorFlags, doctorOptions, withLookFlags } from './doctor-flags.ts';

export interface VerifyFlags extends Pick<DoctorFlags, 'resolver' | 'allowPrivate' | 'root' | 'sideBySide'> {
  connect?: string;
  trust?: string;
}

/** Flags of the commands that look at what hostnames serve. */
export const withVerifyFlags = (command: Command): Command => withConnectFlag(withLookFlags(command));

/** What these have beside the flags of every look. */
export const withConnectFlag = (command: Command): Command =>
  command.option('--connect <host[:port]>', 'edge that hostnames are looked for at, instead of their own addresses');

/** Throws `CONFIG_INVALID`. */
export async function verifyOptions(flags: VerifyFlags): Promise<VerifyOptions> {
  const { connect, trust } = flags;
  const { allowPrivate = false, concurrency, ...options } = doctorOptions(flags);
  const read = trust === undefined ? undefined : await readRoots(trust);
  if (read !== undefined && 'fault' in read) throw new HostrollError('CONFIG_INVALID', read.fault.message);
  return {
    names: nameService({ ...options, allowPrivate }),
    allowPrivate,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(connect === undefined ? {} : { connect: parseConnect(connect) }),
    ...(read === undefined ? {} : { trusted: [...rootCertificates, ...read.own] }),
  };
}
