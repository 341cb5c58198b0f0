import type { BundleRef } from '../../certificate/bundle.ts';
import type { Code } from '../../codes/code.ts';
import { bundleCertificates, compareCertificates, shownCertificates } from '../../hostname/certificates.ts';
import type { Change } from '../../hostname/change.ts';
import { decide } from '../../hostname/decide.ts';
import { reversalOf } from '../../hostname/inverse.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { InvalidRow, Row } from '../../manifest/row.ts';
import type { Where } from '../../select/where.ts';
import type { Hostname, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import type { SentBundles } from '../ledger/sent-bundles.ts';
import type { Found, Snapshot } from './snapshot.ts';
import type { ZonePlans } from './zone-plans.ts';

/** What a row's name leads to in the snapshot, before anything is decided. */
type Target = { live: LiveHostname; otherZone: ZoneId | undefined } | { code: Code; message: string };

export interface PlanAgainst {
  snapshot: Snapshot;
  /** Zones that rows are looked for in. */
  zones: readonly ZoneId[];
  /** Further zones that the snapshot has, in which a hostname would be the same one. */
  others: readonly ZoneId[];
  /** Bundles replace one certificate of a pack. */
  inPack: boolean;
  /** Send bundles also where they are served already. */
  resend?: boolean;
  allowNarrower?: boolean;
  plans: Pick<ZonePlans, 'choosesAuthority'>;
  /** Reads what earlier batches sent; asked where answers do not show what is served. */
  sent?(): Promise<SentBundles>;
  /** What must hold of hostnames at `now` (milliseconds since 1970); others are skipped. */
  where: Where;
  now: number;
  /** Looks at rows before they are sent; its result is the row. */
  look?: ((row: PlanRow, live: LiveHostname) => Promise<PlanRow>) | undefined;
}

/** Plans one good row against the snapshot of `zones`. */
export async function planRowOf(row: Row, against: PlanAgainst): Promise<PlanRow> {
  const { snapshot, zones, others, inPack, plans, resend = false, allowNarrower = false, where, now } = against;
  const named: PlanRow = { row: row.row, decision: 'reject', effects: [], source: row.source };
  if (row.hostname !== undefined) named.hostname = row.hostname;
  if (row.custom_hostname_id !== undefined) named.custom_hostname_id = row.custom_hostname_id;
  if (row.zone_id !== undefined) named.zone_id = row.zone_id;
  const bundle = row.change.ssl?.bundle;
  if (bundle !== undefined) named.bundle = { id: bundle.id, name: bundle.name };
  const target = await findTarget(row, snapshot, { zones, others });
  if ('code' in target) return { ...named, code: target.code, message: target.message };
  const { live, otherZone } = target;
  const known: PlanRow = {
    ...named,
    hostname: live.hostname,
    custom_hostname_id: live.id,
    zone_id: live.zone_id,
    status: live.status,
    ...(live.ssl === undefined ? {} : { ssl_status: live.ssl.status }),
  };
  const unmet = where.find((condition) => !condition.holds(live, now));
  if (unmet !== undefined) {
    return {
      ...known,
      decision: 'skip',
      code: 'NOT_MEANT',
      message: `Of ${live.hostname} does not hold ${unmet.text}.`,
    };
  }
  if (row.unmatched !== undefined)
    return { ...known, decision: 'skip', code: 'CERTIFICATE_NONE_COVERS', message: row.unmatched };
  const { ssl, recheck = false } = row.change;
  const choosesAuthority = ssl !== undefined || recheck ? await plans.choosesAuthority(live.zone_id) : undefined;
  const existsElsewhere = otherZone !== undefined;
  const change = resend && bundle !== undefined ? { ...row.change, resend } : row.change;
  const wasSent = bundle !== undefined && (await isKnownSent(bundle, live, against));
  const untyped = Array.isArray(row.source);
  const options = { untyped, existsElsewhere, inPack, choosesAuthority, wasSent, allowNarrower };
  const decision = decide(change, live, options);
  const planned: PlanRow = {
    ...known,
    ...decision,
    ...('body' in decision ? { change: keptChange(change) } : {}),
    ...('body' in decision && existsElsewhere ? { other_zone: otherZone } : {}),
    effects: 'effects' in decision ? decision.effects : [],
    ...(decision.decision === 'edit' ? { undo: reversalOf(decision.effects, live) } : {}),
  };
  return against.look === undefined ? planned : against.look(planned, live);
}

/** Whether the API does not show which certificates the hostname serves, but an earlier batch tells that they are these. */
async function isKnownSent(bundle: BundleRef, { id, ssl }: LiveHostname, { sent }: PlanAgainst): Promise<boolean> {
  if (ssl?.uploaded !== true || sent === undefined) return false;
  const found = compareCertificates(shownCertificates(ssl), bundleCertificates(bundle));
  return (found === 'unknown' || found === 'partly') && (await sent())(id) === bundle.id;
}

/** The change as a plan keeps it: what names a bundle's certificates have is checked, and may be long. */
function keptChange({ ssl, ...change }: Change): Change {
  if (ssl?.bundle === undefined) return ssl === undefined ? change : { ...change, ssl };
  const certificates = ssl.bundle.certificates.map((facts) => ({ ...facts, hosts: [] }));
  return { ...change, ssl: { ...ssl, bundle: { ...ssl.bundle, certificates } } };
}

/** A row that the manifest reader refused, as a row of the plan. */
export function planInvalidRow({ row, line, problems, source }: InvalidRow): PlanRow {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return {
    row,
    decision: 'reject',
    effects: [],
    code: first?.code ?? 'MANIFEST_INVALID',
    message: `Line ${line}${first?.column === undefined ? '' : `, ${first.column}`}: ${(first?.message ?? 'invalid').replace(/\.$/, '')}${more}.`,
    ...(source === undefined ? {} : { source }),
  };
}

/** The name that a wildcard name is a part of: a custom hostname with a wildcard certificate serves both under the one. */
export const baseOfWildcard = (hostname: Hostname): Hostname | undefined =>
  hostname.startsWith('*.') ? (hostname.slice(2) as Hostname) : undefined;

const namesIt = (hostname: Hostname, live: LiveHostname): boolean =>
  hostname === live.hostname || (live.ssl?.wildcard === true && baseOfWildcard(hostname) === live.hostname);

async function findTarget(
  row: Row,
  snapshot: Snapshot,
  { zones, others }: Pick<PlanAgainst, 'zones' | 'others'>,
): Promise<Target> {
  const label = row.hostname ?? row.custom_hostname_id ?? `row ${row.row}`;
  const { hostname, custom_hostname_id: id } = row;
  const found = (lookUp: (zone: ZoneId) => Found) =>
    zones.map((zone) => ({ zone, found: lookUp(zone) })).filter((match) => match.found.kind !== 'none');
  // The id is the more exact of the two; where it leads nowhere, the name may still tell what is wrong.
  const byId = id === undefined ? [] : found((zone) => snapshot.byId(zone, id));
  const byName = hostname === undefined ? [] : found((zone) => snapshot.byName(zone, hostname));
  const base = byName.length > 0 || hostname === undefined ? undefined : baseOfWildcard(hostname);
  const ofBase = base === undefined ? [] : found((zone) => snapshot.byName(zone, base));
  const matches = [byId, byName, ofBase].find((each) => each.length > 0) ?? [];
  const allowed = row.zone_id === undefined ? matches : matches.filter(({ zone }) => zone === row.zone_id);
  const [match, second] = allowed;
  if (match === undefined && matches[0] !== undefined) {
    const message = `${label} is in zone ${matches[0].zone}, not in zone ${row.zone_id} as the row says.`;
    return { code: 'HOSTNAME_IN_OTHER_ZONE', message };
  }
  if (match === undefined) {
    return {
      code: 'HOSTNAME_NOT_FOUND',
      message: `${label} is not a custom hostname of ${listed(row.zone_id === undefined ? zones : [row.zone_id])}.`,
    };
  }
  if (match.found.kind !== 'one' || second !== undefined) {
    const where =
      second === undefined
        ? `zone ${match.zone} has several of them`
        : `it is in zones ${match.zone} and ${second.zone}`;
    return {
      code: 'HOSTNAME_AMBIGUOUS',
      message: `${label} does not name one custom hostname: ${where}; add custom_hostname_id or zone_id.`,
    };
  }
  const live = await snapshot.read(match.found.number);
  if (live.hostname === base && live.ssl?.wildcard !== true) {
    return {
      code: 'HOSTNAME_NOT_FOUND',
      message: `${label} is not a custom hostname of ${listed([live.zone_id])}, which has ${base} without a wildcard; if that one is meant, name it.`,
    };
  }
  if ((row.custom_hostname_id ?? live.id) !== live.id || !namesIt(row.hostname ?? live.hostname, live)) {
    return {
      code: 'HOSTNAME_ID_MISMATCH',
      message: `The row names ${row.hostname} with id ${row.custom_hostname_id}, but ${live.hostname} has the id ${live.id}.`,
    };
  }
  return {
    live,
    otherZone: [...zones, ...others].find(
      (zone) => zone !== live.zone_id && snapshot.byName(zone, live.hostname).kind !== 'none',
    ),
  };
}

const listed = (zones: readonly ZoneId[]): string =>
  zones.length === 1 ? `zone ${zones[0]}` : `zones ${zones.join(', ')}`;
