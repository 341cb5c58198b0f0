import type { LoggedCall } from './call-log.ts';
import { type Dns, dnsFacts, stillToCome } from './dns.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Judgement } from './judge.ts';
import type { SandboxHostname } from './load-hostname.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { WireHostname } from './wire-hostname.ts';
import { advanceToNow, loadInto, showHostname, type World } from './world.ts';
import { forgetDead } from './zone-store.ts';

/** What tests and operators can do to a running simulator beyond its API; none of it counts as a call. */
export interface Control {
  /** `windowMs`: over which window the peak of calls is sought; the rate limit's by default. */
  judge(windowMs?: number): Judgement;
  /** The calls about one hostname, in order. */
  calls(hostname: string): LoggedCall[];
  /** A hostname as the API would show it now, by its name or id; undefined where it is not (or no longer) there. */
  hostname(nameOrId: string): WireHostname | undefined;
  /** The two statuses of a hostname now: what `hostname` shows of them, for callers that look at very many very often. */
  statuses(nameOrId: string): { status: string; ssl_status: string | undefined } | undefined;
  /** Puts a further hostname into its zone; throws `SANDBOX_DUPLICATE` where it is there already. */
  load(hostname: SandboxHostname): void;
  /** How many hostnames there are, in all zones. */
  count(): number;
  /** All hostnames of all zones (or one), as the API would show them now. */
  hostnames(zoneId?: string): Generator<WireHostname & { zone_id: string }>;
  /** Changes what is in the DNS of a hostname from now on; what is not said stays as it was. False where it is not there. */
  setDns(hostname: string, facts: Partial<Dns>): boolean;
  addFaults(...rules: FaultRule[]): void;
  clearFaults(): void;
  /** From now on every call answers 403 with code 10000. */
  revokeToken(): void;
}

const DEFAULT_WINDOW_MS = 300_000;

export function controlOf(world: World, windowMs = DEFAULT_WINDOW_MS): Control {
  const find = (nameOrId: string): StoredHostname | undefined => {
    for (const zone of world.zones) {
      forgetDead(zone, world.clock.now());
      const record = zone.byHostname.get(nameOrId) ?? zone.byId.get(nameOrId);
      if (record !== undefined) return record;
    }
    return undefined;
  };
  return {
    judge: (window = windowMs) => world.judge.judge(window),
    calls(hostname) {
      const record = find(hostname) ?? world.records.find((known) => known.hostname === hostname);
      return record === undefined ? [] : world.judge.calls(record);
    },
    hostname(nameOrId) {
      const record = find(nameOrId);
      return record === undefined ? undefined : showHostname(world, record);
    },
    statuses(nameOrId) {
      const record = find(nameOrId);
      if (record === undefined) return undefined;
      advanceToNow(world, record);
      return { status: record.status, ssl_status: record.ssl?.status };
    },
    load: (hostname) => void loadInto(world, hostname),
    count: () => world.zones.reduce((sum, { records }) => sum + records.length, 0),
    *hostnames(zoneId) {
      for (const zone of world.zones) {
        if (zoneId !== undefined && zone.id !== zoneId) continue;
        for (const record of zone.records) yield Object.assign({ zone_id: zone.id }, showHostname(world, record));
      }
    },
    setDns(hostname, facts) {
      const record = find(hostname);
      if (record === undefined) return false;
      const now = world.clock.now();
      // What the old facts have brought about until now stays.
      advanceToNow(world, record);
      record.dns = dnsFacts({ ...stillToCome(record.dns, now - record.dnsSince), ...facts });
      record.dnsSince = now;
      return true;
    },
    addFaults: (...rules) => world.faults.add(...rules),
    clearFaults: () => world.faults.clear(),
    revokeToken() {
      world.credentials.revoked = true;
    },
  };
}
