import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

/** Members that are never written, whatever they hold. */
const REDACTED = ['token', 'key', 'authorization', 'custom_key', 'headers', 'body'];

/**
 * Log lines (JSON, one a line) for operators' tools, apart from what a person reads. Besides the named members, the
 * `secrets` themselves are cut out of every line, wherever they may have got into.
 */
export function createLogger(destination: DestinationStream, level: LogLevel, secrets: readonly string[]): Logger {
  const known = secrets.filter((secret) => secret !== '').map((secret) => JSON.stringify(secret).slice(1, -1));
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      hooks: {
        streamWrite: (line) => known.reduce((text, secret) => text.replaceAll(secret, '[secret removed]'), line),
      },
    },
    destination,
  );
}
