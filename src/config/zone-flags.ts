import { HostrollError } from '../terms.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';

/** What is said of zones that a command is given as its arguments. */
export const ZONES_GIVEN = 'zones by id or name, or all (else --zone, CLOUDFLARE_ZONE_ID)';

/** The zones that a command is about: its arguments, else `--zone`, else the environment's. Throws `CONFIG_INVALID`. */
export function zonesGiven(zones: readonly string[], { zone = [] }: Pick<Flags, 'zone'>, env: Env): string[] {
  const own = nonEmpty(env.CLOUDFLARE_ZONE_ID);
  const given = [...zones, ...zone];
  if (given.length > 0) return given;
  if (own !== undefined) return [own];
  throw new HostrollError(
    'CONFIG_INVALID',
    'Name a zone by its id or name, or all; CLOUDFLARE_ZONE_ID stands in where it is set.',
  );
}

/** As `zonesGiven`, for commands that are about one thing alone. Throws `CONFIG_INVALID`. */
export function oneZone(flags: Pick<Flags, 'zone'>, env: Env): string {
  const [zone = '', ...others] = zonesGiven([], flags, env);
  if (others.length === 0) return zone;
  throw new HostrollError('CONFIG_INVALID', 'Give one --zone, or a batch or manifest as the argument.');
}
