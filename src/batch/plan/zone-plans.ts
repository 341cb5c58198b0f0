import type { ZoneFacts } from '../../cloudflare/wire.ts';
import { isEnterprise } from '../../hostname/entitlements.ts';
import type { ZoneId } from '../../terms.ts';
import type { Reads } from '../dispatch/list-pages.ts';

/** Knows the plans of zones, by one call at most for each that is asked about, and the names of those that came with theirs. */
export class ZonePlans {
  readonly #client: Reads;
  readonly #plans = new Map<ZoneId, Promise<string | undefined>>();
  readonly #names = new Map<ZoneId, string>();

  constructor(client: Reads) {
    this.#client = client;
  }

  learn({ id, name, plan }: Pick<ZoneFacts, 'id' | 'plan'> & { name?: string }): void {
    this.#plans.set(id, Promise.resolve(plan));
    if (name !== undefined) this.#names.set(id, name);
  }

  /** The name, as far as a call for something else has told it. */
  nameOf(zone: ZoneId): string | undefined {
    return this.#names.get(zone);
  }

  /** The plan where no call is needed for it. */
  known(zone: ZoneId): Promise<string | undefined> | undefined {
    return this.#plans.get(zone);
  }

  /** The plan as the API names it; undefined where the credential may not see it. */
  of(zone: ZoneId): Promise<string | undefined> {
    const known = this.#plans.get(zone) ?? this.#ask(zone);
    this.#plans.set(zone, known);
    return known;
  }

  /** Whether the zone may choose certificate authorities; undefined where nobody knows. */
  async choosesAuthority(zone: ZoneId): Promise<boolean | undefined> {
    return isEnterprise(await this.of(zone));
  }

  async #ask(zone: ZoneId): Promise<string | undefined> {
    const job = { batch: this.#client.batch, key: `plan-${zone}`, kind: 'plan', zone_id: zone } as const;
    const { zones = [] } = await this.#client.read(job);
    return zones[0]?.plan;
  }
}
