import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { SECOND } from '../terms.ts';
import type { LogLevel } from './defaults.ts';

/** How deep in a logged object they may be. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];
/** Members that are never written, whatever they hold. */
const REDACTED = ['token', 'key', 'authorization', 'custom_key', 'headers', 'body'];

/** A PEM block in a line of JSON, where it ends with its own last line or with the string it is in. */
const PEM = /-----BEGIN [^"]*?(-----END [^-"]*-----|(?=\\*"))/g;

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** How long a trouble that goes on is only counted, once it was said. */
const REPEAT_AFTER_MS = 30 * SECOND;
/** Different troubles that are remembered; beyond, all are forgotten and said again. */
const TROUBLES_KEPT = 100;

/**
 * Says one trouble once: a queue that fails, fails every try alike. What is the same `event` and `error` again within
 * `REPEAT_AFTER_MS` is counted, and the next line of it says how often that was (`repeated`). Only lines with both count.
 */
function sayOnce(now: () => number): LogMethod {
  const said = new Map<string, { at: number; repeated: number }>();
  return function (args, method) {
    const [line, ...rest] = args as [unknown, ...unknown[]];
    if (typeof line !== 'object' || line === null || !('event' in line) || !('error' in line)) {
      return method.apply(this, args);
    }
    const key = `${line.event} ${line.error}`;
    const before = said.get(key);
    if (before !== undefined && now() - before.at < REPEAT_AFTER_MS) {
      before.repeated++;
      return;
    }
    if (said.size === TROUBLES_KEPT) said.clear();
    said.set(key, { at: now(), repeated: 0 });
    const repeated = before?.repeated ?? 0;
    method.apply(this, [repeated === 0 ? line : { ...line, repeated }, ...rest] as typeof args);
  };
}

/** A log that cannot be written ends nothing: its lines are lost. */
const neverThrowing = (destination: DestinationStream): DestinationStream => ({
  write(line) {
    try {
      destination.write(line);
    } catch {
      // There is nowhere left to say it.
    }
  },
});

/**
 * Log lines (JSON, one a line) for operators' tools, apart from what a person reads. Besides the named members, the
 * `secrets` themselves are cut out of every line, wherever they may have got into.
 */
export function createLogger(
  destination: DestinationStream,
  level: LogLevel,
  secrets: readonly string[],
  now: () => number = Date.now,
): Logger {
  const known = secrets.filter((secret) => secret !== '').map((secret) => JSON.stringify(secret).slice(1, -1));
  const clean = (line: string) => known.reduce((text, secret) => text.replaceAll(secret, '[secret removed]'), line);
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: REDACTED.flatMap((name) => DEPTHS.map((depth) => depth + name)), censor: '[redacted]' },
      hooks: { logMethod: sayOnce(now), streamWrite: (line) => clean(line.replace(PEM, '[PEM removed]')) },
    },
    neverThrowing(destination),
  );
}
