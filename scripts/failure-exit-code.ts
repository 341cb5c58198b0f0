import { EXIT } from '../src/batch/ledger/exit-code.ts';
import type { HostrollError } from '../src/terms.ts';

/** Failures that are not the caller's doing: the API or the credential stopped the work before anything was sent. */
const STOPPED = /^CF_/;

export const isStopped = ({ code }: HostrollError): boolean => STOPPED.test(code);

/** The exit code of a command that ended in a failure a person can act on. */
export function failureExitCode(error: HostrollError): number {
  if (error.code === 'INTERRUPTED') return EXIT.interrupted;
  if (error.code === 'DNS_UNREACHABLE') return EXIT.noDns;
  return isStopped(error) ? EXIT.stoppedByRule : EXIT.usage;
}
