import { ZONES_PER_PAGE } from '../../cloudflare/client.ts';
import { ALL_ZONES, type Lane } from '../../lane/lane.ts';
import { HostrollError, ZONE_ID, type ZoneId } from '../../terms.ts';
import type { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import type { Intake } from './intake.ts';
import type { ZonePlans } from './zone-plans.ts';

/** What a manifest's rows say of zones: those they name, and how many rows name none. */
export type NamedZones = Pick<Intake, 'rowsWithoutZone' | 'zones'>;

/** Where there is no manifest: only the zones that are given. */
export const NO_ROWS: NamedZones = { rowsWithoutZone: 0, zones: new Set() };

/** A lane by the zones that it is for. */
type ZonedLane = Pick<Lane, 'name' | 'zones' | 'lacks'>;

/** What finding zones takes of a dispatcher. */
type ZoneFinder = Pick<LaneDispatcher, 'assign' | 'readZones' | 'listZones'>;

/**
 * The zones a batch is about, as ids: those given (by id, by name, which takes a call, or all) and those that rows name. Assigns
 * each to the lane of its credential. Throws `ZONE_MISSING`, `ZONE_UNKNOWN`, `ZONE_AMBIGUOUS`,
 * `ZONE_WITHOUT_CREDENTIAL`, or `CREDENTIAL_MISSING`. `plans` learns what the answers tell of them.
 */
export async function resolveZones(
  client: ZoneFinder,
  lanes: readonly ZonedLane[],
  given: readonly string[],
  intake: NamedZones,
  plans?: ZonePlans,
): Promise<ZoneId[]> {
  if (given.length === 0 && intake.rowsWithoutZone > 0) {
    throw new HostrollError(
      'ZONE_MISSING',
      `${intake.rowsWithoutZone} of the manifest's rows name no zone; give it with --zone (id or name), or add a zone_id column.`,
    );
  }
  const owners = new ZoneOwners(client, lanes, plans);
  const zones = new Set<ZoneId>();
  for (const zone of given) {
    const named = zone.toLowerCase();
    for (const each of named === ALL_ZONES ? await owners.all() : [named]) zones.add(await owners.resolve(each));
  }
  for (const zone of intake.zones) zones.add(await owners.resolve(zone));
  return [...zones];
}

/** Of the zones that `given` stands for, those that nobody has named: a command goes without one that cannot be read. */
export const isFromAll = (given: readonly string[], others: readonly ZoneId[] = []) => {
  const isAll = given.some((zone) => zone.toLowerCase() === ALL_ZONES);
  return (zone: ZoneId): boolean => isAll || others.includes(zone);
};

/** Finds out which credential a zone belongs to. A name costs one call, however often it is asked for. */
class ZoneOwners {
  readonly #client: ZoneFinder;
  readonly #lanes: readonly ZonedLane[];
  readonly #plans: ZonePlans | undefined;
  readonly #ids = new Map<string, ZoneId>();

  constructor(client: ZoneFinder, lanes: readonly ZonedLane[], plans: ZonePlans | undefined) {
    this.#client = client;
    this.#plans = plans;
    this.#lanes = lanes;
  }

  /** The id of a zone that is given by id or lower-case name, once it is assigned to its lane. */
  async resolve(zone: string): Promise<ZoneId> {
    const lane = this.#ownerOf(zone) ?? (await this.#ownerByName(zone));
    const id = await this.#idOf(zone, lane);
    this.#client.assign(id, lane);
    return id;
  }

  /** The zones of every credential: those that it names, else those that it can see. */
  async all(): Promise<string[]> {
    const all: string[] = [];
    for (const { name, zones } of this.#lanes) {
      all.push(...zones);
      for (let page = 1; zones.length === 0; page++) {
        const { zones: seen = [] } = await this.#client.listZones(page, name);
        for (const zone of seen) this.#plans?.learn(zone);
        all.push(...seen.map(({ id }) => id));
        if (seen.length < ZONES_PER_PAGE) break;
      }
    }
    return all;
  }

  /** The only credential is for every zone; several each name theirs. */
  #ownerOf(zone: string): string | undefined {
    const [only, another] = this.#lanes;
    if (another === undefined) return only?.name;
    return this.#lanes.find(({ zones }) => zones.includes(zone))?.name;
  }

  /** The zone may be given by its id where its credential names it by its name. */
  async #ownerByName(zone: string): Promise<string> {
    for (const { name, zones, lacks } of ZONE_ID.test(zone) ? this.#lanes : []) {
      if (lacks !== undefined) continue;
      for (const known of zones) if ((await this.#idOf(known, name)) === zone) return name;
    }
    throw new HostrollError(
      'ZONE_WITHOUT_CREDENTIAL',
      `Zone ${zone} is of none of the credentials (${this.#lanes.map(({ name }) => name).join(', ')}); add it to the zones of the one that may edit it, in hostroll.config.json.`,
    );
  }

  async #idOf(zone: string, lane: string): Promise<ZoneId> {
    const lacks = this.#lanes.find(({ name }) => name === lane)?.lacks;
    if (lacks !== undefined) {
      throw new HostrollError(
        'CREDENTIAL_MISSING',
        `The credential "${lane}" is needed for zone ${zone}, but ${lacks}.`,
      );
    }
    const known = ZONE_ID.test(zone) ? (zone as ZoneId) : this.#ids.get(zone);
    if (known !== undefined) return known;
    const { zones = [] } = await this.#client.readZones(zone, lane);
    const [first, second] = zones;
    if (first === undefined) {
      throw new HostrollError(
        'ZONE_UNKNOWN',
        `The credential "${lane}" can see no zone named "${zone}"; check the name, or give the zone's id.`,
      );
    }
    if (second !== undefined) {
      throw new HostrollError(
        'ZONE_AMBIGUOUS',
        `Several zones are named "${zone}" (${zones.map(({ id }) => id).join(', ')}); give the id of one instead.`,
      );
    }
    this.#plans?.learn(first);
    this.#ids.set(zone, first.id);
    return first.id;
  }
}
