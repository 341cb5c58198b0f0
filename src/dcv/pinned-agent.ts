import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector } from 'undici';

/** An HTTP client that connects to one address, whatever the name in the URL, and keeps no connection. */
export interface PinnedAgent {
  agent: Agent;
  /** Why a browser would not trust the server's certificate; undefined where it would, or there is none. */
  distrusted(): string | undefined;
}

/** Certificates are not insisted upon, since authorities do not either where a redirect leads to https. */
export function pinnedAgent(address: string, timeoutMs: number): PinnedAgent {
  let distrusted: string | undefined;
  const connect = buildConnector({
    timeout: timeoutMs,
    rejectUnauthorized: false,
    lookup: (_name, options, done) => {
      const family = isIP(address);
      if (options.all) done(null, [{ address, family }]);
      else done(null, address, family);
    },
  });
  const agent = new Agent({
    connect: (options, done) =>
      connect(options, (...[error, socket]) => {
        if (error !== null) return done(error, null);
        const { authorizationError } = socket as Partial<TLSSocket>;
        if (authorizationError) distrusted = String(authorizationError);
        return done(null, socket);
      }),
  });
  return { agent, distrusted: () => distrusted };
}
