import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateQueue } from '../../src/queue/open-queue.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { POSTGRES_SERVER, REDIS } from '../support/servers/server-kinds.ts';

/** Somewhere queues can be kept. */
export interface QueuePlace {
  url: string;
  remove(): Promise<void>;
}

/** A kind of queue that must keep the contract. */
interface ContractBackend {
  name: string;
  place(): Promise<QueuePlace>;
}

const EMBEDDED: ContractBackend = {
  name: 'embedded',
  place: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostroll-queue-'));
    return { url: `embedded:${folder}`, remove: () => rm(folder, { recursive: true, force: true }) };
  },
};

/** Every kind this machine can run; servers that are missing are reported as tests of their own. */
export const contractBackends = (): ContractBackend[] => [
  EMBEDDED,
  ...serversFor('the queue contract', [REDIS, POSTGRES_SERVER], { mayShare: true }).map((kind) => ({
    name: kind.name,
    place: async () => {
      const server = kind.sharedUrl === undefined ? await kind.startPrivate?.() : undefined;
      const url = kind.sharedUrl ?? server?.url ?? '';
      await migrateQueue(url);
      return { url, remove: async () => server?.remove() };
    },
  })),
];
