import { type Answer, CloudflareClient, ZONES_PER_PAGE } from '../cloudflare/client.ts';
import type { Credential } from '../cloudflare/credential.ts';
import type { CallFailure } from '../cloudflare/failure.ts';
import type { HostnameQuota, TokenFacts, ZoneFacts } from '../cloudflare/wire.ts';
import { ZONE_ID, type ZoneId } from '../terms.ts';

/** A zone as a credential sees it; `hostnames` and `quota` are absent where it may not see them, or they do not matter. */
export interface SeenZone extends ZoneFacts {
  hostnames?: number;
  quota?: HostnameQuota;
  failure?: CallFailure;
}

/** What calls of a credential have shown. */
export interface Seen {
  /** Absent where that cannot be asked, as of an email and key. */
  token?: Answer<TokenFacts>;
  zones: SeenZone[];
  /** Why not all zones are among them. */
  failures: { zone: string | undefined; failure: CallFailure }[];
  /** The last answer of the API, or the failure that came instead of any. */
  last: Answer<unknown>;
}

/** Zones looked into, one call or two each. */
export const MOST_ZONES = 10;

/**
 * What a credential sees of the zones `wanted` (ids or names), or of all its zones. These calls pass no lane, as a
 * person's in the dashboard do not: they are few, and must be possible where no queue is. The quotas of zones cost a call
 * more each, and are asked for with `quotas`.
 */
export async function lookInto(
  baseUrl: string,
  credential: Credential,
  asked: { wanted: readonly string[]; quotas: boolean },
): Promise<Seen> {
  const client = new CloudflareClient({ baseUrl, credential });
  try {
    return await seenBy(client, { ...asked, isToken: credential.kind === 'token' });
  } finally {
    await client.close();
  }
}

async function seenBy(
  client: CloudflareClient,
  { isToken, wanted, quotas }: { isToken: boolean; wanted: readonly string[]; quotas: boolean },
): Promise<Seen> {
  const found = wanted.length === 0 ? await allZones(client) : await namedZones(client, wanted);
  const account = found.zones.find((zone) => zone.account !== undefined)?.account?.id;
  const token = isToken ? await tokenAnswer(client, account) : undefined;
  let { last } = found;
  const zones: SeenZone[] = [];
  for (const [at, zone] of found.zones.entries()) {
    if (at >= MOST_ZONES) {
      zones.push(zone);
      continue;
    }
    const page = await client.listHostnames(zone.id, 1, LEAST_PAGE);
    const quota = quotas && page.ok ? await client.getQuota(zone.id) : undefined;
    last = page;
    const count = page.ok ? (page.value.total_count ?? page.value.hostnames.length) : undefined;
    zones.push({
      ...zone,
      ...(count === undefined ? {} : { hostnames: count }),
      ...(quota?.ok ? { quota: quota.value } : {}),
      ...(page.ok ? {} : { failure: page.failure }),
    });
  }
  return { ...(token === undefined ? {} : { token }), zones, failures: found.failures, last };
}

/** The least that the API lists of hostnames on a page. */
const LEAST_PAGE = 5;

/** A token that belongs to an account is unknown to the users' endpoint; which kind it is does not show. */
async function tokenAnswer(client: CloudflareClient, account: string | undefined): Promise<Answer<TokenFacts>> {
  const ofUser = await client.verifyToken();
  if (ofUser.ok || account === undefined || ofUser.failure.http_status === undefined) return ofUser;
  const ofAccount = await client.verifyToken(account);
  return ofAccount.ok ? ofAccount : ofUser;
}

type Found = Pick<Seen, 'failures' | 'last'> & { zones: ZoneFacts[] };

async function allZones(client: CloudflareClient): Promise<Found> {
  const zones: ZoneFacts[] = [];
  for (let page = 1; ; page++) {
    const last = await client.listZones(page);
    if (!last.ok) return { zones, failures: [{ zone: undefined, failure: last.failure }], last };
    zones.push(...last.value);
    if (last.value.length < ZONES_PER_PAGE) return { zones, failures: [], last };
  }
}

async function namedZones(client: CloudflareClient, wanted: readonly string[]): Promise<Found> {
  const found: Found = { zones: [], failures: [], last: NOT_ASKED };
  for (const zone of wanted) {
    const id = ZONE_ID.test(zone) ? (zone as ZoneId) : undefined;
    const last = await (id === undefined ? client.findZone(zone) : client.getZone(id));
    found.last = last;
    if (last.ok && last.value.length > 0) found.zones.push(...last.value);
    else if (last.ok) found.failures.push({ zone, failure: UNKNOWN });
    // A token may edit the hostnames of a zone that it may not read itself.
    else if (id !== undefined && last.failure.http_status !== undefined) found.zones.push({ id, name: id });
    else found.failures.push({ zone, failure: last.failure });
  }
  return found;
}

const UNKNOWN: CallFailure = {
  category: 'final',
  code: 'ZONE_UNKNOWN',
  message: 'the credential sees no zone of that name',
  perhaps_applied: false,
};
const NOT_ASKED: Answer<never> = { ok: false, failure: UNKNOWN, quotas: [] };
