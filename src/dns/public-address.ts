import type ipaddr from 'ipaddr.js';
import { late } from '../disk/late.ts';

const addresses = late<typeof ipaddr>('ipaddr.js');

/** All of IPv6 that is handed out to hosts on the Internet (RFC 4291, section 2.4). */
const GLOBAL_IPV6 = '2000::/3';
/** Inside every virtual machine of one large cloud this public address is the machine's own control plane. */
const CLOUD_CONTROL = new Set(['168.63.129.16']);

/**
 * Whether an IP address is a host on the public Internet. Private, loopback, link-local (with the metadata services of
 * clouds), shared (CGNAT), unique local, multicast, documentation and other special addresses are not; an IPv4 address
 * inside an IPv6 one (mapped) is judged as IPv4, and every other form that carries one (6to4, Teredo, NAT64) is refused.
 * Anything that is not written as an IP address is not public.
 */
export function isPublicAddress(text: string): boolean {
  const ip = addresses();
  if (!ip.isValid(text) || /[%]/.test(text)) return false;
  const address = ip.process(text);
  if (CLOUD_CONTROL.has(address.toString())) return false;
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(ip.IPv6.parseCIDR(GLOBAL_IPV6));
}
