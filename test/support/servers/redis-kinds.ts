import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { startRedis } from './redis-server.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

const run = promisify(execFile);
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'hostroll-redis-'));
const removed = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** A master, a replica, and a sentinel that watches them and makes the replica the master two seconds after its death. */
export interface SentinelSet extends PrivateServer {
  /** Kills the master once its replica has all that it was told; one that lags loses jobs' ends (docs/failure-model.md). */
  killMaster(): Promise<void>;
}

export async function startSentinel(file: string): Promise<SentinelSet> {
  const [folder, port] = [await newFolder(), await freePort()];
  const master = await startRedis(file);
  const replica = await startRedis(file, { replicaof: `127.0.0.1 ${master.port}` });
  const conf = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds main 2000',
    'sentinel failover-timeout main 10000',
  ];
  await writeFile(conf, `${lines.join('\n')}\n`);
  const sentinel = serverProcess({ file, args: [conf, '--sentinel'], ready: '+slave slave' });
  await sentinel.start();
  return {
    ...sentinel,
    port,
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    killMaster: async () => {
      const redis = new Redis(master.url);
      await redis.call('CLIENT', 'PAUSE', '30000', 'WRITE');
      for (let [own, its] = ['', '-']; own !== its; ) {
        const info = await redis.info('replication');
        [, own = ''] = /master_repl_offset:(\d+)/.exec(info) ?? [];
        [, its = '-'] = /slave0:.*offset=(\d+)/.exec(info) ?? [];
      }
      redis.disconnect();
      await master.stop('SIGKILL');
    },
    remove: async () => {
      await Promise.all([sentinel.stop('SIGKILL'), master.remove(), replica.remove()]);
      await removed(folder);
    },
  };
}

/** Three masters that share the slots of a cluster. */
export async function startCluster(file: string): Promise<PrivateServer> {
  const settings = { 'cluster-enabled': 'yes' };
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis(file, settings)));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  const each = (act: (node: PrivateServer) => Promise<void>) => async () => void (await Promise.all(nodes.map(act)));
  return {
    port: nodes[0]?.port ?? 0,
    url: `redis+cluster://${addresses.join(',')}`,
    pid: () => undefined,
    start: each((node) => node.start()),
    stop: each((node) => node.stop()),
    remove: each((node) => node.remove()),
  };
}

/** A Redis that speaks TLS only, with a certificate for 127.0.0.1 of an authority that nobody knows. */
export async function startTlsRedis(file: string): Promise<PrivateServer & { ca: string }> {
  const [folder, port] = [await newFolder(), await freePort()];
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test-ca');
  const leaf = ['-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=redis'];
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await openssl('req', '-x509', ...key, ...leaf, ...signed);
  const server = await startRedis(file, {
    port: '0',
    'tls-port': String(port),
    'tls-cert-file': at('cert.pem'),
    'tls-key-file': at('key.pem'),
    'tls-ca-cert-file': at('ca.pem'),
    'tls-auth-clients': 'no',
    requirepass: 'p@ss/word',
  });
  return {
    ...server,
    port,
    url: `rediss://:${encodeURIComponent('p@ss/word')}@127.0.0.1:${port}`,
    ca: at('ca.pem'),
    remove: async () => {
      await server.remove();
      await removed(folder);
    },
  };
}
