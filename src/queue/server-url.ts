import { HostrollError } from '../terms.ts';

/** A queue URL taken apart. Unlike `URL`, it may name several hosts, as clusters and sentinels have. */
export interface ServerUrl {
  scheme: string;
  user?: string;
  password?: string;
  hosts: { host: string; port: number }[];
  /** Behind the hosts, without its slash: a database number or name, a sentinel's master. */
  path: string;
  /** Without the password, for people. */
  display: string;
}

const FORM = /^([a-z+]+):\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/;
const HOST = /^(\[[0-9a-fA-F:]+\]|[^:\s]+)(?::(\d{1,5}))?$/;

/** Reads `scheme://[user[:password]@]host[:port][,host[:port]…][/path]`. Throws `QUEUE_URL`, never showing the password. */
export function parseServerUrl(url: string, defaultPort: number): ServerUrl {
  const [, scheme = '', login = '', hostList = '', path = ''] = FORM.exec(url) ?? [];
  const hosts = hostList.split(',').map((text) => {
    const [, host = '', port] = HOST.exec(text) ?? [];
    return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) };
  });
  if (scheme === '' || hosts.some(({ host, port }) => host === '' || port < 1 || port > 65_535)) {
    const start = /^[a-z+]*/.exec(url)?.[0] ?? '';
    throw new HostrollError(
      'QUEUE_URL',
      `The queue URL must look like ${start}://[user[:password]@]host[:port]/…; this one does not.`,
    );
  }
  const [user, ...rest] = login.split(':').map(decoded);
  const password = rest.join(':');
  return {
    scheme,
    ...(user ? { user } : {}),
    ...(password ? { password } : {}),
    hosts,
    path,
    display: `${scheme}://${user ? `${user}@` : ''}${hostList}${path === '' ? '' : `/${path}`}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
