import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { sealKeyring } from '../coordinator/engine.ts';
import { QueueProbe } from '../coordinator/queue-probe.ts';
import { Doctor, type DoctorOptions } from '../dcv/doctor.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { laneQueueName } from '../lane/lane-job.ts';
import { folderOfQueue, isExclusive, openQueueBackend } from '../queue/open-queue.ts';
import { schedulesLock } from '../schedule/schedule-folder.ts';
import { HostrollError } from '../terms.ts';
import { type Check, checked, failed, ok, warning } from './check.ts';

/** The oldest Node.js that hostroll runs on (`engines` of package.json). */
const LEAST_NODE = [20, 19] as const;
const GIB = 1024 ** 3;
/** A batch of 100,000 rows leaves 250 MB at most. */
const LITTLE_SPACE = GIB;
const NO_SPACE = GIB / 16;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return isOld
    ? failed('Node.js', version, 'CONFIG_INVALID', `Install Node.js ${LEAST_NODE.join('.')} or newer.`)
    : ok('Node.js', version);
}

/** Rights, space, and which processes are at it. Makes nothing: of a folder that is not there, where it would be made. */
export const checkState = (state: string): Promise<Check> =>
  checked('state folder', async () => {
    const path = resolve(state);
    const found = await stat(path).catch(() => undefined);
    const there = found === undefined ? await nearest(path) : path;
    const what = 'state folder';
    const isOpen = await access(there, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found !== undefined && !found.isDirectory()) return failed(what, `${path} is no folder`, 'DISK_REFUSED');
    if (!isOpen) return failed(what, `${there} may not be written by this user`, 'DISK_REFUSED');
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    const space = `${(free / GIB).toFixed(free < 10 * GIB ? 1 : 0)} GiB free`;
    const holder = await lockHolder(schedulesLock(path));
    const by = holder === undefined ? '' : `, hostroll serve runs on it (process ${holder.pid})`;
    const says = `${path}${found === undefined ? ' (not made yet)' : ''}, ${space}${by}`;
    if (free < NO_SPACE) return failed(what, says, 'DISK_FULL');
    if (free < LITTLE_SPACE) return warning(what, says, 'Make room: a batch of 100,000 rows takes about 250 MB.');
    // Windows has no such bits.
    if (found !== undefined && process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      return warning(what, `${says}; others may read it`, `It holds customers' hostnames: run chmod 700 ${path}`);
    }
    return ok(what, says);
  });

/** The folder above `path` that is there. */
async function nearest(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path) return path;
  return (await stat(above).catch(() => undefined)) === undefined ? nearest(above) : above;
}

export const checkDns = (options: DoctorOptions): Promise<Check> =>
  checked('DNS', async () => {
    await new Doctor(options).probe();
    return ok('DNS', options.resolvers ? `${options.resolvers.join(', ')} answers` : 'the root answers');
  });

/** Whether the queue could be used now. The embedded one is not opened: that would make it. */
export const checkQueue = (url: string, command: string): Promise<Check> =>
  checked('queue', async () => {
    if (isExclusive(url)) {
      const folder = folderOfQueue(url);
      const holder = await lockHolder(join(folder, 'lock'));
      const name = `embedded:${folder}`;
      return holder === undefined
        ? ok('queue', `${name}, free`)
        : ok('queue', `${name}, in use by ${holder.command} (process ${holder.pid}); commands that need it wait`);
    }
    const backend = await openQueueBackend(url, command);
    const probe = new QueueProbe(backend, laneQueueName('doctor'));
    try {
      if (!(await probe.answers())) throw new HostrollError('QUEUE_UNREACHABLE', `${backend.name} does not answer`);
      return ok('queue', `${backend.name} answers`);
    } finally {
      await probe.close();
      await backend.close();
    }
  });

/** Needed for certificates of one's own alone. */
export const checkSealKey = (config: Config): Promise<Check> =>
  checked('sealing key', async () => {
    const { sealKeys, sealKeyFile, queue } = config;
    if (sealKeys === undefined && sealKeyFile === undefined) {
      return isExclusive(queue)
        ? ok('sealing key', 'made on first use, in the state folder')
        : warning(
            'sealing key',
            'none',
            'Needed for certificates of your own: give HOSTROLL_SEAL_KEY the same 32 bytes on every machine.',
          );
    }
    const { id } = await sealKeyring(config).sealing();
    return ok('sealing key', `${id}, from ${sealKeys === undefined ? sealKeyFile : 'HOSTROLL_SEAL_KEY'}`);
  });
