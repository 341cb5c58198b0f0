import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { leaveOut } from './leave-out.ts';

/** Programs of Debian's packages knot, knot-dnssecutils and unbound. */
export interface DnsPrograms {
  knotd: string;
  knotc: string;
  kzonesign: string;
  keymgr: string;
  unbound: string;
}

/** Where such programs are, also where a plain user's PATH does not lead. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const find = (name: string): string | undefined => FOLDERS.map((folder) => join(folder, name)).find(existsSync);

function programs(): DnsPrograms | undefined {
  const [knotd, knotc, kzonesign, keymgr, unbound] = ['knotd', 'knotc', 'kzonesign', 'keymgr', 'unbound'].map(find);
  return knotd && knotc && kzonesign && keymgr && unbound ? { knotd, knotc, kzonesign, keymgr, unbound } : undefined;
}

/**
 * The DNS servers' programs. Where they are not installed, one skipped test says how to switch `what` on; where CI is set
 * it fails, so that nothing goes untested there unseen.
 */
export function dnsProgramsFor(what: string): DnsPrograms | undefined {
  const found = programs();
  if (found !== undefined) return found;
  leaveOut(`${what}: to switch this on, install the packages knot, knot-dnssecutils and unbound`);
  return undefined;
}
