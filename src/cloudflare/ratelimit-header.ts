/** One limit the API reports with every answer: what is left of it and when it is full again. */
export interface RemainingQuota {
  remaining: number;
  reset_ms: number;
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
    return [{ remaining: r, reset_ms: t * 1_000, ...(quota === undefined ? {} : { quota }) }];
  });
}

/**
 * How long the lane should make no calls because a quota is almost used up (by whomever: dashboard and other tools draw
 * on it too); 0 where it need not wait. Overrunning it would lock everyone out, the dashboard included.
 */
export function coolingFor(quotas: readonly RemainingQuota[]): number {
  const low = quotas.filter(({ remaining, quota }) =>
    quota === undefined ? remaining <= RESERVE_CALLS : remaining <= quota * RESERVE_SHARE,
  );
  return Math.max(0, ...low.map(({ reset_ms }) => reset_ms));
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
