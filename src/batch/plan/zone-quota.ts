import type { HostnameQuota } from '../../cloudflare/wire.ts';
import { HostrollError, type ZoneId } from '../../terms.ts';
import { formatCount } from '../../text/text-layout.ts';
import type { Reads } from '../dispatch/list-pages.ts';

/** How many custom hostnames a zone may have, by one call; undefined where the API does not tell, which stops nothing. */
export async function zoneQuota(client: Reads, zone: ZoneId): Promise<HostnameQuota | undefined> {
  try {
    const job = { batch: client.batch, key: `quota-${zone}`, kind: 'quota', zone_id: zone } as const;
    return (await client.read(job)).quota;
  } catch (error) {
    if (!(error instanceof HostrollError) || error.code === 'INTERRUPTED') throw error;
    return undefined;
  }
}

/** A quota as a sentence; `name` is the zone's. */
export const quotaText = (name: string, { allocated, used }: Pick<HostnameQuota, 'allocated' | 'used'>): string =>
  `Zone ${name} has ${formatCount(used)} of ${formatCount(allocated)} custom hostnames, ${formatCount(Math.max(0, allocated - used))} are left.`;
