import { isIP } from 'node:net';
import { HostrollError } from '../terms.ts';

/** Where a DNS server listens. */
export interface ServerAddress {
  /** IPv4 or IPv6, without brackets. */
  address: string;
  port: number;
}

export const DNS_PORT = 53;

/** Reads `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1` or `[2001:db8::1]:5300`; throws `CONFIG_INVALID`. */
export function parseServerAddress(text: string): ServerAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  const port = digits === undefined ? DNS_PORT : Number(digits);
  if (isIP(address) === 0 || port < 1 || port > 65_535) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `"${text}" is no address of a DNS server; write an IP address, or one with a port such as 192.0.2.53:5300.`,
    );
  }
  return { address, port };
}

export const serverText = ({ address, port }: ServerAddress): string =>
  port === DNS_PORT ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
