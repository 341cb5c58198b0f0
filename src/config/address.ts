/** Where something is served. */
export interface Address {
  host: string;
  port: number;
}

const LOOPBACK = '127.0.0.1';

/** Reads `9464`, `:9464`, `10.0.0.5:9464` or `[::1]:9464`; without a host only this machine is served. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const url = `http://${/^:?\d+$/.test(text) ? `${LOOPBACK}:${text.replace(':', '')}` : text}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, pathname, search, username, hash } = new URL(url);
  if (pathname !== '/' || text.endsWith('/') || search + username + hash !== '') return undefined;
  // A URL of http leaves out its own port.
  const number = port === '' && text.endsWith(':80') ? 80 : port === '' ? Number.NaN : Number(port);
  return Number.isNaN(number) ? undefined : { host: hostname.replace(/^\[|\]$/g, ''), port: number };
}
