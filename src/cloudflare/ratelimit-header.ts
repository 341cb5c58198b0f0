import { SECOND } from '../terms.ts';
import { type AskedWait, bounded } from './asked-wait.ts';

/** One limit the API reports with every answer: what is left of it and when it is full again. */
export interface RemainingQuota {
  remaining: number;
  /** Within bounds (asked-wait.ts). */
  reset_ms: number;
  /** How it was written, where that is beyond the bounds. */
  reset_asked?: string;
  /** Calls per window, where `Ratelimit-Policy` names the same limit. */
  quota?: number;
}

/** Cool down when this share of a quota, or this many calls where the quota is not told, is all that is left. */
const RESERVE_SHARE = 0.05;
const RESERVE_CALLS = 5;

/**
 * Reads `Ratelimit` (`"default";r=50;t=30`) and `Ratelimit-Policy` (`"default";q=1200;w=300`); both may list several.
 * What cannot be read is left out: the declared budget holds all the same.
 */
export function parseRatelimit(ratelimit: string | undefined, policy: string | undefined): RemainingQuota[] {
  const quotas = new Map(items(policy).map(({ name, q }) => [name, q]));
  return items(ratelimit).flatMap(({ name, r, t }) => {
    if (r === undefined || t === undefined) return [];
    const quota = quotas.get(name);
    const { ms, asked } = bounded(t * SECOND, `${t} s`);
    return [
      {
        remaining: r,
        reset_ms: ms,
        ...(asked === undefined ? {} : { reset_asked: asked }),
        ...(quota === undefined ? {} : { quota }),
      },
    ];
  });
}

/**
 * How long the lane should make no calls because a quota is almost used up (by whomever: dashboard and other tools draw
 * on it too); 0 where it need not wait. Overrunning it would lock everyone out, the dashboard included.
 */
export function coolingFor(quotas: readonly RemainingQuota[]): AskedWait {
  const low = quotas.filter(({ remaining, quota }) =>
    quota === undefined ? remaining <= RESERVE_CALLS : remaining <= quota * RESERVE_SHARE,
  );
  const longest = low.reduce<RemainingQuota | undefined>(
    (most, each) => (most !== undefined && most.reset_ms >= each.reset_ms ? most : each),
    undefined,
  );
  const asked = longest?.reset_asked;
  return { ms: longest?.reset_ms ?? 0, ...(asked === undefined ? {} : { asked }) };
}

function items(header: string | undefined): ({ name: string } & Record<'r' | 't' | 'q', number | undefined>)[] {
  return (header ?? '').split(',').map((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    const value = (key: string) => {
      const digits = parameters.find((parameter) => parameter.startsWith(`${key}=`))?.slice(2);
      return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
    };
    return { name, r: value('r'), t: value('t'), q: value('q') };
  });
}
