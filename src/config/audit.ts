import { hostname, userInfo } from 'node:os';
import type { JsonObject, Operator } from '../terms.ts';
import { type Env, nonEmpty } from './inputs.ts';

/** What a batch remembers of how it came about. */
export interface Audit {
  by: Operator;
  /** Flags as given, by their long names in camel case. */
  options: JsonObject;
}

/** Who runs this process, as the system has it, and from where they are logged in. */
export function operatorOf(env: Env): Operator {
  const user = nonEmpty(env.SUDO_USER) ?? nameOfUser() ?? 'unknown';
  const [from] = (nonEmpty(env.SSH_CONNECTION) ?? nonEmpty(env.SSH_CLIENT) ?? '').split(' ');
  return { user, host: hostname(), ...(from ? { from } : {}) };
}

/** A user of a container may have no name, which the system then throws about. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return process.getuid === undefined ? undefined : `uid ${process.getuid()}`;
  }
}

/** The flags without what may hold a secret: a URL its password, a command its arguments. */
export function optionsOf(flags: object): JsonObject {
  const shown = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shown)
      : typeof value === 'string' && /:\/\/|(^|=)exec:/.test(value)
        ? '(not recorded)'
        : value;
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, shown(value)])) as JsonObject;
}
