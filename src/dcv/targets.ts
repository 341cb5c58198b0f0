import type ipaddr from 'ipaddr.js';
import { late } from '../disk/late.ts';
import { type NameService, textsOf } from '../dns/lookup.ts';
import { isWithin, normalName } from '../dns/message.ts';
import { HostrollError } from '../terms.ts';

const addresses = late<typeof ipaddr>('ipaddr.js');

/** Where hostnames should lead: names, `*.zone` for every name of a zone, addresses, networks. */
export interface Targets {
  names: readonly string[];
  zones: readonly string[];
  networks: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
}

const NAME = /^(\*\.)?([a-z0-9_]([a-z0-9-_]*[a-z0-9])?\.)+[a-z0-9-]+$/i;

/** Reads targets as a person gives them; throws `CONFIG_INVALID`. */
export function parseTargets(texts: readonly string[]): Targets {
  const names: string[] = [];
  const zones: string[] = [];
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  for (const text of texts) {
    const name = normalName(text.trim());
    if (addresses().isValidCIDR(name)) networks.push(addresses().parseCIDR(name));
    else if (addresses().isValid(name)) networks.push(single(addresses().process(name)));
    else if (!NAME.test(name)) {
      throw new HostrollError(
        'CONFIG_INVALID',
        `--target must be a name, "*.zone", an IP address or a network such as 192.0.2.0/24, not "${text}".`,
      );
    } else if (name.startsWith('*.')) zones.push(name.slice(2));
    else names.push(name);
  }
  return { names, zones, networks };
}

const single = (address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] => [
  address,
  address.kind() === 'ipv4' ? 32 : 128,
];

export const areKnown = ({ names, zones, networks }: Targets): boolean =>
  names.length + zones.length + networks.length > 0;

/** As a person reads them. */
export const targetTexts = ({ names, zones, networks }: Targets): string[] => [
  ...names,
  ...zones.map((zone) => `*.${zone}`),
  ...networks.map(([address, bits]) => `${address}/${bits}`),
];

/** Whether an alias is a target. */
export const isTargetName = ({ names, zones }: Targets, alias: string): boolean =>
  names.includes(alias) || zones.some((zone) => isWithin(alias, zone));

/** The addresses that the targets' names have now, beside the networks. */
export async function targetAddresses(service: NameService, { names }: Targets): Promise<Set<string>> {
  const found = await Promise.all(
    names.flatMap((name) =>
      (['A', 'AAAA'] as const).map(async (type) => textsOf(await service.lookup(name, type), type)),
    ),
  );
  return new Set(found.flat());
}

/** Whether an address lies in one of the networks. */
export const isInNetworks = (networks: Targets['networks'], text: string): boolean => {
  const address = addresses().process(text);
  return networks.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
};
