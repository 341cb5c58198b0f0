import { join } from 'node:path';
import { HostrollError } from '../terms.ts';
import { DEFAULTS } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';

/** Where hostroll keeps its things: all that commands need which never talk to the API. */
export interface StateConfig {
  /** Folder of batches, log and embedded queue. */
  state: string;
}

/** Flags before environment before the default. Commands that only read files need no more, and load no more. */
export const readStateConfig = (flags: Flags, env: Env): StateConfig => ({
  state: flags.state ?? nonEmpty(env.HOSTROLL_STATE) ?? DEFAULTS.state,
});

/** The queue to run on: flag before environment before the embedded one of the state folder. */
export const queueUrl = (flags: Flags, env: Env): string =>
  flags.queue ?? nonEmpty(env.HOSTROLL_QUEUE) ?? `embedded:${join(readStateConfig(flags, env).state, 'queue')}`;

/** The queue server that is named, for commands that mean no other. `what` says which it is. Throws `CONFIG_INVALID`. */
export function readNamedQueue({ queue }: Pick<Flags, 'queue'>, env: Env, what: string): string {
  const url = queue ?? nonEmpty(env.HOSTROLL_QUEUE);
  if (url !== undefined) return url;
  throw new HostrollError('CONFIG_INVALID', `Name the queue ${what} with --queue or HOSTROLL_QUEUE.`);
}
