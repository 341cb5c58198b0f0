import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startPostgres } from './postgres-server.ts';
import { startRedis } from './redis-server.ts';
import type { PrivateServer } from './server-process.ts';

/** A kind of queue as this machine has it. */
export interface ServerKind {
  name: 'embedded' | 'redis' | 'postgres';
  /** A server that runs already, shared with whoever else uses it: `HOSTROLL_TEST_REDIS`, `HOSTROLL_TEST_POSTGRES`. */
  sharedUrl: string | undefined;
  /** Starts one for a test alone; undefined where its programs are not installed. */
  startPrivate: ((options?: { fsync?: boolean }) => Promise<PrivateServer>) | undefined;
}

const redisHere = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'redis-server'))
  .find(existsSync);

/** The program, where `serversFor` says that Redis is here. */
export const redisServer = redisHere ?? 'redis-server';

/** Where Debian's packages put the programs, one folder per version. */
const POSTGRES = '/usr/lib/postgresql';
const postgresBin = (existsSync(POSTGRES) ? readdirSync(POSTGRES) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => join(POSTGRES, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'initdb')));

/** No server at all: one process at a time. */
export const EMBEDDED: ServerKind = {
  name: 'embedded',
  sharedUrl: undefined,
  startPrivate: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostroll-embedded-'));
    return {
      url: `embedded:${folder}`,
      port: 0,
      pid: () => undefined,
      start: async () => {},
      stop: async () => {},
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const REDIS: ServerKind = {
  name: 'redis',
  sharedUrl: process.env.HOSTROLL_TEST_REDIS || undefined,
  startPrivate: redisHere === undefined ? undefined : () => startRedis(redisHere),
};

export const POSTGRES_SERVER: ServerKind = {
  name: 'postgres',
  sharedUrl: process.env.HOSTROLL_TEST_POSTGRES || undefined,
  startPrivate: postgresBin === undefined ? undefined : (options) => startPostgres(postgresBin, options),
};
