import type { Inventory } from './inventory.ts';

/** A part of the inventory as people read it. */
export interface InventoryTable {
  title: string;
  columns: string[];
  rows: string[][];
}

const day = (at: string | undefined): string => at?.slice(0, 10) ?? '-';

/** Everything of an inventory that is no single number, as tables; those with nothing in them are left out. */
export function tablesOf(inventory: Inventory): InventoryTable[] {
  const { zones, counts, certificates, ending, deadlines, duplicates, stale, calendar, within_days } = inventory;
  const byCertificate = (own: Inventory['certificates'], names: number): string[][] =>
    own.map(({ id, issuer = '-', expires_on, hostnames }) => [
      day(expires_on),
      String(hostnames.length),
      issuer,
      id.slice(0, 16),
      shown(hostnames, names),
    ]);
  const tables: InventoryTable[] = [
    {
      title: 'Zones',
      columns: ['zone', 'hostnames', 'quota used', 'left'],
      rows: zones.map(({ zone_id, name, hostnames, quota }) => [
        name ?? zone_id,
        String(hostnames),
        quota === undefined ? '-' : `${quota.used} of ${quota.allocated}`,
        quota === undefined ? '-' : String(Math.max(0, quota.allocated - quota.used)),
      ]),
    },
    {
      title: 'Hostnames',
      columns: ['by', 'value', 'hostnames'],
      rows: Object.entries(counts).flatMap(([by, values]) =>
        Object.entries(values)
          .sort(([, a], [, b]) => b - a)
          .map(([value, count]) => [by.replaceAll('_', ' '), value.replaceAll('_', ' '), String(count)]),
      ),
    },
    {
      title: `Your own certificates that end within ${within_days} days`,
      columns: ['ends', 'hostnames', 'issuer', 'certificate', 'on'],
      rows: byCertificate(ending, 5),
    },
    {
      title: 'Your own certificates',
      columns: ['ends', 'hostnames', 'issuer', 'certificate', 'on'],
      rows: byCertificate(certificates, 2),
    },
    {
      title: `Deadlines within ${within_days} days`,
      columns: ['at', 'hostname', 'what'],
      rows: deadlines.map(({ at, hostname, what, estimate }) => [
        `${estimate ? '~' : ''}${day(at)}`,
        hostname,
        what.replaceAll('_', ' '),
      ]),
    },
    {
      title: 'In more than one zone; the one edited last takes the traffic',
      columns: ['hostname', 'zones'],
      rows: duplicates.map(({ hostname, zones }) => [hostname, zones.join(' ')]),
    },
    {
      title: 'Stale',
      columns: ['hostname', 'created', 'phase', 'status', 'ssl status', 'evidence'],
      rows: (stale ?? []).map(({ hostname, created_at, phase, status, ssl_status = '-', evidence }) => [
        ...[hostname, day(created_at), phase.replaceAll('_', ' '), status, ssl_status, evidence],
      ]),
    },
    {
      title: 'What comes',
      columns: ['from', 'what', 'source'],
      rows: calendar.map(({ from, says, source }) => [from, says, source]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

const shown = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(' ') : `${names.slice(0, most).join(' ')} … and ${names.length - most} more`;

/** The header of `csvRows`. */
export const CSV_COLUMNS = ['section', 'zone_id', 'hostname', 'what', 'at', 'detail'];

/** An inventory as lines of one file: each hostname that is listed for something, and each number. */
export function* csvRows(inventory: Inventory): Generator<string[]> {
  const { zones, counts, ending, deadlines, duplicates, stale = [], calendar } = inventory;
  for (const { zone_id, name = '', hostnames, quota } of zones) {
    yield ['zone', zone_id, name, 'hostnames', '', String(hostnames)];
    if (quota !== undefined) yield ['zone', zone_id, name, 'quota', '', `${quota.used} of ${quota.allocated}`];
  }
  for (const [by, values] of Object.entries(counts)) {
    for (const [value, count] of Object.entries(values)) yield ['count', '', '', `${by}=${value}`, '', String(count)];
  }
  for (const { id, expires_on = '', issuer = '', hostnames } of ending) {
    for (const hostname of hostnames) yield ['ending', '', hostname, id, expires_on, issuer];
  }
  for (const { hostname, zone_id, what, at, estimate } of deadlines) {
    yield ['deadline', zone_id, hostname, what, at, estimate ? 'estimate' : ''];
  }
  for (const { hostname, zones: ids } of duplicates) {
    for (const zone of ids) yield ['duplicate', zone, hostname, 'in several zones', '', ids.join(' ')];
  }
  for (const { hostname, zone_id, phase, status, ssl_status = '', created_at = '', evidence } of stale) {
    yield ['stale', zone_id, hostname, `${phase} ${status} ${ssl_status}`.trim(), created_at, evidence];
  }
  for (const { from, says, source } of calendar) yield ['calendar', '', '', says, from, source];
}
