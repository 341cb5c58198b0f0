import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DnsPrograms } from './found-dns.ts';
import { freePort } from './free-port.ts';
import { serverProcess } from './server-process.ts';

/** A validating resolver of its own. */
export interface UnboundServer {
  /** `ip:port` */
  at: string;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts Unbound over a tree whose zones are at these servers; `anchors` are the DS records of its root. */
export async function startUnbound(
  programs: DnsPrograms,
  { zones, anchors }: { zones: ReadonlyMap<string, string>; anchors: readonly string[] },
): Promise<UnboundServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-unbound-'));
  const port = await freePort();
  const config = join(folder, 'unbound.conf');
  const lines = [
    'server:',
    '    interface: 127.0.0.1',
    `    port: ${port}`,
    `    directory: "${folder}"`,
    '    username: ""',
    '    chroot: ""',
    '    pidfile: ""',
    '    use-syslog: no',
    '    verbosity: 1',
    '    do-daemonize: no',
    '    do-not-query-localhost: no',
    '    do-ip6: no',
    '    num-threads: 1',
    '    module-config: "validator iterator"',
    '    infra-host-ttl: 1',
    ...anchors.map((anchor) => `    trust-anchor: "${anchor}"`),
    'remote-control:',
    '    control-enable: no',
    ...[...zones].flatMap(([name, address]) => ['stub-zone:', `    name: "${name}"`, `    stub-addr: ${address}`]),
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const process = serverProcess({
    file: programs.unbound,
    args: ['-d', '-d', '-c', config],
    ready: 'start of service',
  });
  await process.start();
  return {
    at: `127.0.0.1:${port}`,
    stop: () => process.stop(),
    remove: async () => {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
