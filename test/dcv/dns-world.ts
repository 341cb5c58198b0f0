import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { DnsPrograms } from '../support/servers/found-dns.ts';
import { freePort } from '../support/servers/free-port.ts';
import { type KnotServer, type ServedZone, signZone, startKnot } from '../support/servers/knot-server.ts';

/** Where the parts of the tree are served; all on one port. */
const AT = {
  root: '127.0.0.1',
  topLevel: '127.0.0.2',
  platform: '127.0.0.3',
  customers: '127.0.0.4',
  /** Takes questions and never answers. */
  silent: '127.0.0.9',
};

/** Its name servers are named so in every zone. */
const head = (zone: string, server: string, serial = 1): string =>
  [
    `$ORIGIN ${zone === '.' ? '.' : `${zone}.`}`,
    '$TTL 5',
    `@ SOA ns.name-servers.net. hostmaster.name-servers.net. ${serial} 3600 600 86400 5`,
    `@ NS ${server}.name-servers.net.`,
  ].join('\n');

/** A customer's zone in master file form. */
export const customerZone = (zone: string, records: string, serial = 1): string =>
  `${head(zone, 'customers', serial)}\n${records}\n`;

/** A whole tree of real name servers, from a root of its own down. */
export interface DnsWorld {
  /** `ip:port` of the root. */
  root: string;
  port: number;
  customers: KnotServer;
  platform: KnotServer;
  topLevel: KnotServer;
  /** Where each zone is served, for a resolver, and the root's DS records. */
  zones: Map<string, string>;
  anchors: string[];
  close(): Promise<void>;
}

const DAY_SECONDS = 86_400;

/**
 * Starts the tree. `customers` are zones below `net.` of the given records. Beside them there are, as customers' domains:
 *
 * signed-store.net    signed as it should be
 * expired-store.net   its signatures have run out
 * moved-store.net     its parent vouches for keys it does not have
 * lame-store.net      delegated to a server that does not serve it
 * failing-store.net   its server has lost its data
 * silent-store.net    its server never answers
 */
export async function startDnsWorld(
  programs: DnsPrograms,
  customers: Readonly<Record<string, string>>,
): Promise<DnsWorld> {
  const port = await freePort();
  const silent = createSocket('udp4').bind(port, AT.silent);
  await once(silent, 'listening');

  const secured = 'shop CNAME customers.saas-platform.net.\n_acme-challenge.shop TXT "token"';
  const [signed, expired, moved] = await Promise.all([
    signZone(programs, 'signed-store.net', customerZone('signed-store.net', secured)),
    signZone(
      programs,
      'expired-store.net',
      customerZone('expired-store.net', secured),
      Math.floor(Date.now() / 1000) - 60 * DAY_SECONDS,
    ),
    signZone(programs, 'moved-store.net', customerZone('moved-store.net', secured)),
  ]);
  const customerZones: ServedZone[] = [
    ...Object.entries(customers).map(([name, records]) => ({ name, text: customerZone(name, records) })),
    { name: 'signed-store.net', text: signed.text },
    { name: 'expired-store.net', text: expired.text },
    { name: 'moved-store.net', text: customerZone('moved-store.net', secured) },
    { name: 'failing-store.net', text: undefined },
  ];
  const platformZones: ServedZone[] = [
    {
      name: 'saas-platform.net',
      text: `${head('saas-platform.net', 'platform')}\ncustomers A 127.0.0.80\nfallback A 127.0.0.80\n`,
    },
    {
      name: 'dcv.cloudflare.com',
      text: `${head('dcv.cloudflare.com', 'platform')}\n*.0123456789abcdef TXT "by cloudflare"\n`,
    },
    {
      name: 'name-servers.net',
      text: `${head('name-servers.net', 'platform')}\n${Object.entries(AT)
        .map(([name, address]) => `${name} A ${address}`)
        .join('\n')}\n`,
    },
  ];
  const delegated = [
    ...customerZones.map(({ name }) => `${name}. NS customers.name-servers.net.`),
    'lame-store.net. NS platform.name-servers.net.',
    'silent-store.net. NS silent.name-servers.net.',
    'saas-platform.net. NS platform.name-servers.net.',
    'name-servers.net. NS platform.name-servers.net.',
    `platform.name-servers.net. A ${AT.platform}`,
    ...signed.ds,
    ...expired.ds,
    ...moved.ds,
  ];
  const net = await signZone(programs, 'net', `${head('net', 'topLevel')}\n${delegated.join('\n')}\n`);
  const com = `${head('com', 'topLevel')}\ndcv.cloudflare.com. NS platform.name-servers.net.\n`;
  const glue = `topLevel.name-servers.net. A ${AT.topLevel}`;
  const root = await signZone(
    programs,
    '.',
    `${head('.', 'root')}\nnet. NS topLevel.name-servers.net.\ncom. NS topLevel.name-servers.net.\n${glue}\n${net.ds.join('\n')}\n`,
  );
  const servers = await Promise.all([
    startKnot(programs, { address: AT.root, port, zones: [{ name: '.', text: root.text }] }),
    startKnot(programs, {
      address: AT.topLevel,
      port,
      zones: [
        { name: 'net', text: net.text },
        { name: 'com', text: com },
      ],
    }),
    startKnot(programs, { address: AT.platform, port, zones: platformZones }),
    startKnot(programs, { address: AT.customers, port, zones: customerZones }),
  ]);
  const [, topLevel, platform, customersServer] = servers;
  const zones = new Map([
    ['.', `${AT.root}@${port}`],
    ['net.', `${AT.topLevel}@${port}`],
    ['com.', `${AT.topLevel}@${port}`],
    ...platformZones.map(({ name }) => [`${name}.`, `${AT.platform}@${port}`] as const),
    ...customerZones.map(({ name }) => [`${name}.`, `${AT.customers}@${port}`] as const),
    ['lame-store.net.', `${AT.platform}@${port}`],
    ['silent-store.net.', `${AT.silent}@${port}`],
  ]);
  return {
    root: `${AT.root}:${port}`,
    port,
    customers: customersServer,
    platform,
    topLevel,
    zones,
    anchors: root.ds,
    close: async () => {
      silent.close();
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}
