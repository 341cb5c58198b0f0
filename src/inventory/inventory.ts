import { authorityLifeAt, type CalendarEntry, comingWithin, longestLifeAt } from '../certificate/calendar.ts';
import type { HostnameQuota } from '../cloudflare/wire.ts';
import { KeyIndex } from '../disk/key-index.ts';
import { liveCertificates } from '../hostname/certificates.ts';
import { deadlinesOf } from '../hostname/deadlines.ts';
import type { LiveCertificate, LiveHostname } from '../hostname/live.ts';
import { phaseOfLive } from '../hostname/live-phase.ts';
import { DAY, type Hostname, type ZoneId } from '../terms.ts';

/** A zone as it was read. */
export interface InventoriedZone {
  zone_id: ZoneId;
  name?: string;
  hostnames: number;
  /** Absent where the API does not tell it. */
  quota?: HostnameQuota;
}

/** A certificate of the operator's own, which nobody renews but he. */
export interface OwnCertificate {
  /** Fingerprint, else the serial number: what it is known by. */
  id: string;
  issuer?: string;
  expires_on?: string;
  hostnames: Hostname[];
}

/** Something that happens to a hostname unless somebody acts. Times are ISO 8601. */
export interface NearDeadline {
  hostname: Hostname;
  zone_id: ZoneId;
  /** `renewal_overdue`: a managed certificate ends, and Cloudflare should have renewed it by now. */
  what: 'token_dies' | 'hostname_lost' | 'renewal_overdue';
  at: string;
  estimate: boolean;
}

/** A hostname that has been no good for long, with what speaks for it. */
export interface StaleHostname {
  hostname: Hostname;
  zone_id: ZoneId;
  created_at?: string;
  phase: string;
  status: string;
  ssl_status?: string;
  /** What the API complains about, and what was seen in DNS. */
  evidence: string;
}

/** One page of truth about zones at one time. */
export interface Inventory {
  /** ISO 8601. */
  taken_at: string;
  within_days: number;
  zones: InventoriedZone[];
  /** Hostnames by the values of some fields; `-` stands for none. */
  counts: Record<string, Record<string, number>>;
  /** Certificates of the operator's own, the first to end first; those that end within the days are `ending`, too. */
  certificates: OwnCertificate[];
  ending: OwnCertificate[];
  /** Hostnames that more than one of the zones have: the one edited last takes the traffic. */
  duplicates: { hostname: Hostname; zones: ZoneId[] }[];
  deadlines: NearDeadline[];
  /** What begins to hold of certificates within a year. */
  calendar: Pick<CalendarEntry, 'from' | 'says' | 'source'>[];
  stale?: StaleHostname[];
  /** What a person has to do something about, a sentence each. */
  needs: string[];
}

/** Of an authority that has announced no other. */
const USUAL_DAYS = 90;
/** Cloudflare renews in the last third of a certificate's life; one that is not renewed in the half of that has a trouble. */
function overdueMs(authority: string | undefined, now: number): number {
  const own = authorityLifeAt(authority ?? '', now)?.rule.days ?? USUAL_DAYS;
  return (Math.min(own, longestLifeAt(now)?.rule.days ?? own) * DAY) / 6;
}

const COUNTED: Record<string, (live: LiveHostname, now: number) => string | undefined> = {
  phase: (live, now) => phaseOfLive(live, {}, now),
  method: ({ ssl }) => (ssl?.uploaded ? undefined : ssl?.method),
  certificate_authority: ({ ssl }) => (ssl?.uploaded ? undefined : ssl?.certificate_authority),
  min_tls_version: ({ ssl }) => ssl?.settings?.min_tls_version?.toString(),
  wildcard: ({ ssl }) => ssl && String(ssl.wildcard ?? false),
  certificate: ({ ssl }) => (ssl === undefined ? 'none' : ssl.uploaded ? 'uploaded' : 'managed'),
};

/** Counts hostnames one after the other. Memory: 40 bytes a name where there are several zones, and the names of what is listed. */
export class InventoryTaker {
  readonly #now: number;
  readonly #withinMs: number;
  readonly #counts: Inventory['counts'] = Object.fromEntries(Object.keys(COUNTED).map((name) => [name, {}]));
  readonly #own = new Map<string, OwnCertificate>();
  readonly #deadlines: NearDeadline[] = [];
  readonly #zones = new Map<ZoneId, InventoriedZone>();
  readonly #numbers: ZoneId[] = [];
  readonly #firstZone = new KeyIndex();
  readonly #duplicates = new Map<Hostname, ZoneId[]>();

  /** `now` in milliseconds since 1970; what ends within `withinMs` is near. */
  constructor({ now, withinMs }: { now: number; withinMs: number }) {
    this.#now = now;
    this.#withinMs = withinMs;
  }

  addZone(zone: Omit<InventoriedZone, 'hostnames'>): void {
    this.#zones.set(zone.zone_id, { ...zone, hostnames: 0 });
    this.#numbers.push(zone.zone_id);
  }

  add(live: LiveHostname): void {
    const zone = this.#zones.get(live.zone_id);
    if (zone !== undefined) zone.hostnames += 1;
    for (const [name, read] of Object.entries(COUNTED)) {
      const value = read(live, this.#now) ?? '-';
      const counts = this.#counts[name] ?? {};
      counts[value] = (counts[value] ?? 0) + 1;
    }
    this.#addCertificates(live);
    this.#addDeadlines(live);
    if (this.#zones.size > 1) this.#addName(live);
  }

  end(stale?: StaleHostname[]): Inventory {
    const certificates = [...this.#own.values()].sort((a, b) => endOf(a) - endOf(b));
    const ending = certificates.filter((own) => endOf(own) <= this.#now + this.#withinMs);
    const inventory: Inventory = {
      taken_at: new Date(this.#now).toISOString(),
      within_days: Math.round(this.#withinMs / DAY),
      zones: [...this.#zones.values()],
      counts: this.#counts,
      certificates,
      ending,
      duplicates: [...this.#duplicates].map(([hostname, zones]) => ({ hostname, zones })),
      deadlines: this.#deadlines.sort((a, b) => (a.at < b.at ? -1 : 1)),
      calendar: comingWithin(this.#now, 365 * DAY).map(({ from, says, source }) => ({ from, says, source })),
      ...(stale === undefined ? {} : { stale }),
      needs: [],
    };
    return { ...inventory, needs: needsOf(inventory, this.#now) };
  }

  #addCertificates({ ssl, hostname }: LiveHostname): void {
    if (ssl?.uploaded !== true) return;
    for (const certificate of liveCertificates(ssl)) {
      const id = idOf(certificate);
      if (id === undefined) continue;
      const { issuer, expires_on } = certificate;
      const own = this.#own.get(id) ?? {
        id,
        ...(issuer === undefined ? {} : { issuer }),
        ...(expires_on === undefined ? {} : { expires_on }),
        hostnames: [],
      };
      own.hostnames.push(hostname);
      this.#own.set(id, own);
    }
  }

  #addDeadlines(live: LiveHostname): void {
    const { hostname, zone_id, ssl } = live;
    const { token_dies, hostname_lost } = deadlinesOf(live, {}, this.#now);
    const near = { token_dies, hostname_lost };
    for (const what of ['token_dies', 'hostname_lost'] as const) {
      const instant = near[what];
      if (instant === undefined || Date.parse(instant.at) > this.#now + this.#withinMs) continue;
      this.#deadlines.push({ hostname, zone_id, what, ...instant });
    }
    if (ssl === undefined || ssl.uploaded) return;
    const ends = Math.min(...liveCertificates(ssl).map(endOf));
    if (ends > this.#now + Math.min(overdueMs(ssl.certificate_authority, this.#now), this.#withinMs)) return;
    const at = new Date(ends).toISOString();
    this.#deadlines.push({ hostname, zone_id, what: 'renewal_overdue', at, estimate: false });
  }

  #addName({ hostname, zone_id }: LiveHostname): void {
    const first = this.#firstZone.setIfAbsent(hostname, this.#numbers.indexOf(zone_id));
    const other = first === undefined ? undefined : this.#numbers[first];
    if (other === undefined || other === zone_id) return;
    const zones = this.#duplicates.get(hostname) ?? [other];
    if (!zones.includes(zone_id)) zones.push(zone_id);
    this.#duplicates.set(hostname, zones);
  }
}

const idOf = ({ fingerprint_sha256, serial_number }: LiveCertificate): string | undefined =>
  fingerprint_sha256 ?? (serial_number === undefined ? undefined : `serial ${serial_number}`);

/** When a certificate ends; one that does not say so never does. */
const endOf = ({ expires_on }: { expires_on?: string }): number => {
  const ms = Date.parse(expires_on ?? '');
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms;
};

function needsOf({ ending, zones, deadlines, counts, within_days }: Inventory, now: number): string[] {
  const some = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
  const names = new Set(ending.flatMap(({ hostnames }) => hostnames));
  const ended = ending.filter((own) => endOf(own) <= now).length;
  const overdue = deadlines.filter(({ what }) => what === 'renewal_overdue').length;
  const stuck = counts.phase?.stuck ?? 0;
  const full = zones.filter(({ quota }) => quota !== undefined && quota.used >= quota.allocated);
  return [
    ...(ending.length === 0
      ? []
      : [
          `${some(ending.length, 'certificate of your own ends', 'certificates of your own end')} within ${within_days} days${ended > 0 ? ` (${ended} ended already)` : ''}, on ${some(names.size, 'hostname')}; nobody renews them but you.`,
        ]),
    ...(overdue === 0
      ? []
      : [
          `${some(overdue, 'managed certificate')} should have been renewed by now; "hostroll dcv check" says what is in the way.`,
        ]),
    ...(stuck === 0 ? [] : [`${some(stuck, 'hostname is', 'hostnames are')} stuck until you act.`]),
    ...full.map(
      ({ zone_id, name, quota }) =>
        `Zone ${name ?? zone_id} has ${quota?.used} of ${quota?.allocated} custom hostnames; ${quota?.hard_cap ? 'no more can be added' : 'more cost extra'}.`,
    ),
  ];
}
