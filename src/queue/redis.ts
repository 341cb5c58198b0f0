import { setTimeout as delay } from 'node:timers/promises';
import { HostrollError, SECOND } from '../terms.ts';
import { Cluster, createRedisBackend, Redis } from './bullmq.ts';
import type { QueueServer } from './queue-backend.ts';
import { checkRedis } from './redis-check.ts';
import { parseServerUrl, type ServerUrl } from './server-url.ts';
import { unreachable } from './unreachable.ts';

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const CONNECT_TIMEOUT_MS = 5 * SECOND;

/** How a connection meets trouble; the rest of its options says where it goes. */
type Behaviour = {
  lazyConnect?: boolean;
  maxRetriesPerRequest: number | null;
  retryStrategy: (times: number) => number | null;
  connectTimeout: number;
};

/** All keys of hostroll; in braces, so that a cluster keeps them in one slot, as BullMQ's scripts need. */
const PREFIX = '{hostroll}';

/** Reconnects soon, for ever: ioredis' own backoff grows to 20 s, all of which a restarted server would stand idle. */
const retryStrategy = (times: number): number => Math.min(times * 200, 2 * SECOND);

/** BullMQ needs commands of a worker to wait for a lost server instead of failing. */
const WAITING: Behaviour = { maxRetriesPerRequest: null, retryStrategy, connectTimeout: CONNECT_TIMEOUT_MS };

/** `redis://` and `rediss://` (TLS): one server; the path is the database number. */
export function openRedis(url: string): Promise<QueueServer> {
  const server = parseServerUrl(url, REDIS_PORT);
  const [node] = server.hosts;
  const db = databaseOf(server);
  const options = { ...login(server), ...node, db, ...tls(server) };
  return opened(server, (behaviour) => new Redis({ ...options, ...behaviour }), db);
}

/** `redis+sentinel://sentinel[:port],…/master[/database]`: the server that the sentinels call the master. */
export function openSentinel(url: string): Promise<QueueServer> {
  const server = parseServerUrl(url, SENTINEL_PORT);
  const [name = '', path = '0'] = server.path.split('/');
  if (name === '')
    throw new HostrollError('QUEUE_URL', 'A redis+sentinel:// URL needs the name of the master behind its hosts.');
  const db = databaseOf({ ...server, path });
  // Without a time of its own, a sentinel that never answers would keep the process for ever.
  const sentinel = { sentinels: server.hosts, name, sentinelCommandTimeout: CONNECT_TIMEOUT_MS };
  const options = { ...login(server), ...sentinel, db };
  return opened(
    server,
    (behaviour) => new Redis({ ...options, ...behaviour, sentinelRetryStrategy: behaviour.retryStrategy }),
    db,
  );
}

/** `redis+cluster://node[:port],…`: a cluster; hostroll's keys stay on one of its nodes. */
export function openCluster(url: string): Promise<QueueServer> {
  const server = parseServerUrl(url, REDIS_PORT);
  return opened(server, (behaviour) => {
    const { retryStrategy: clusterRetryStrategy, lazyConnect = false, ...node } = behaviour;
    return new Cluster(server.hosts, {
      lazyConnect,
      redisOptions: { ...login(server), ...node },
      clusterRetryStrategy,
    });
  });
}

/** Looks the server over on a connection that fails at once, then opens the one that waits. */
async function opened(
  server: ServerUrl,
  connect: (behaviour: Behaviour) => Redis | Cluster,
  db = 0,
): Promise<QueueServer> {
  const probe = connect({
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  let lastError: unknown;
  probe.on('error', (error: unknown) => {
    lastError = error;
  });
  try {
    const look = async () => {
      await probe.connect();
      // ioredis would go on in database 0, which may be another team's.
      if (db !== 0) await probe.select(db);
      return probe.info();
    };
    checkRedis(await Promise.race([look(), deadline()]), server.display);
  } catch (error) {
    throw error instanceof HostrollError ? error : unreachable(server.display, lastError ?? error);
  } finally {
    probe.disconnect();
  }
  const connection = connect(WAITING);
  // BullMQ reports what happens to it; without a listener here an outage would end the process.
  connection.on('error', () => {});
  // Every queue and worker on it adds one of its own.
  connection.setMaxListeners(0);
  if (connection instanceof Redis) writeTogether(connection);
  else connection.on('+node', writeTogether);
  return {
    name: server.display,
    options: { connection: connection as never, prefix: PREFIX },
    factory: createRedisBackend as never,
    close: async () => {
      await connection.quit().catch(() => connection.disconnect());
    },
  };
}

/** What is sent at the same moment goes out by one write: a call of the system, and a wake-up of the server, for each is most of what a command costs. */
function writeTogether(connection: Redis): void {
  connection.on('connect', () => {
    const { stream } = connection;
    const write = stream.write.bind(stream);
    const goOut = () => stream.uncork();
    stream.write = ((...args: Parameters<typeof write>) => {
      if (stream.writableCorked === 0) {
        stream.cork();
        process.nextTick(goOut);
      }
      return write(...args);
    }) as typeof stream.write;
  });
}

/** Rejects when a server that neither answers nor refuses has had its time. */
const deadline = async (): Promise<never> => {
  await delay(2 * CONNECT_TIMEOUT_MS, undefined, { ref: false });
  throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
};

const login = ({ user, password }: ServerUrl): { username?: string; password?: string } => ({
  ...(user === undefined ? {} : { username: user }),
  ...(password === undefined ? {} : { password }),
});

const tls = ({ scheme }: ServerUrl): { tls?: object } => (scheme === 'rediss' ? { tls: {} } : {});

function databaseOf({ path }: ServerUrl): number {
  if (!/^\d*$/.test(path))
    throw new HostrollError('QUEUE_URL', 'The path of a redis:// URL must be a database number.');
  return Number(path || 0);
}
