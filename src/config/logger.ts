import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

/** How deep in a logged object they may be. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];
/** Members that are never written, whatever they hold. */
const REDACTED = ['token', 'key', 'authorization', 'custom_key', 'headers', 'body'];

/** A PEM block in a line of JSON, where it ends with its own last line or with the string it is in. */
const PEM = /-----BEGIN [^"]*?(-----END [^-"]*-----|(?=\\*"))/g;

/**
 * Log lines (JSON, one a line) for operators' tools, apart from what a person reads. Besides the named members, the
 * `secrets` themselves are cut out of every line, wherever they may have got into.
 */
export function createLogger(destination: DestinationStream, level: LogLevel, secrets: readonly string[]): Logger {
  const known = secrets.filter((secret) => secret !== '').map((secret) => JSON.stringify(secret).slice(1, -1));
  const clean = (line: string) => known.reduce((text, secret) => text.replaceAll(secret, '[secret removed]'), line);
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: REDACTED.flatMap((name) => DEPTHS.map((depth) => depth + name)), censor: '[redacted]' },
      hooks: { streamWrite: (line) => clean(line.replace(PEM, '[PEM removed]')) },
    },
    destination,
  );
}
