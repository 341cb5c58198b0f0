import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatch } from '../batch/ledger/batch-fold.ts';
import { findBatch } from '../batch/ledger/batch-folder.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import { intakeLines } from '../batch/plan/intake.ts';
import { Snapshot } from '../batch/plan/snapshot.ts';
import { openSnapshotFile } from '../batch/plan/snapshot-file.ts';
import type { Config } from '../config/config.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import { type Drift, type Drifted, driftedOf, driftNeeds, fixingRow } from '../drift/drift.ts';
import { type DriftedField, driftFrom, driftSince } from '../hostname/drifted.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { stringifyExact } from '../json/exact-json.ts';
import { isMeant } from '../select/where.ts';
import { type CustomHostnameId, type Hostname, HostrollError, type ZoneId } from '../terms.ts';
import { besideOthers } from './beside-others.ts';
import { type LendEngine, ownEngine } from './engine.ts';
import { takeInToRead } from './plan-manifest.ts';
import { type Reading, readLive } from './subjects.ts';
import { tellNeeds } from './tell-needs.ts';

/** One hostname as it was, or was asked to be. */
interface Expected {
  hostname?: Hostname | undefined;
  id?: CustomHostnameId | undefined;
  zone_id?: ZoneId | undefined;
  /** Undefined where the conditions do not mean it. */
  compare: (live: LiveHostname) => DriftedField[];
}

/** What live state is held against. */
interface Reference {
  name: string;
  /** Whether what it does not have is new. */
  isWhole: boolean;
  expected(): AsyncGenerator<Expected>;
  close(): Promise<void>;
}

/**
 * Reads the zones of the configuration and holds what its conditions mean there against a snapshot file, a manifest, or what
 * a batch has sent. Throws, before anything is read, where `against` is none of these (`MANIFEST_INVALID`, `BATCH_NOT_FOUND`),
 * or a snapshot of another zone (`SNAPSHOT_OTHER_ZONE`).
 */
export async function findDrift(config: Config, reading: Reading, against: string): Promise<Drift> {
  await makePrivateFolder(config.state);
  const reference = await referenceOf(config, against);
  const engine = ownEngine(await besideOthers(config, reading.warn), reading);
  const read = (on: LendEngine) => driftFromReference(config, { ...reading, engine: on }, reference);
  return tellNeeds({ about: 'drift', engine, ...reading, read, needs: driftNeeds }).finally(() => reference.close());
}

async function driftFromReference(config: Config, reading: Reading, reference: Reference): Promise<Drift> {
  const lines = join(config.state, `drift-${randomUUID()}.tmp`);
  const subjects = await readLive({ ...config, where: [] }, reading);
  try {
    const current = await Snapshot.filled(lines, async (filled) => {
      for await (const live of subjects.hostnames()) await filled.add(live);
    });
    try {
      const zones = subjects.zones.map(({ header }) => header.zone_id);
      return await compared(reference, current, zones, config);
    } finally {
      await current.close();
    }
  } finally {
    await Promise.all([subjects.close(), rm(lines, { force: true })]);
  }
}

async function compared(reference: Reference, current: Snapshot, zones: ZoneId[], { where }: Config): Promise<Drift> {
  const now = Date.now();
  const seen = new Uint8Array(current.size);
  const drifted: Drifted[] = [];
  const gone: string[] = [];
  let count = 0;
  for await (const { hostname, id, zone_id, compare } of reference.expected()) {
    const number = find(current, zone_id === undefined ? zones : [zone_id], { id, hostname });
    if (number === undefined) {
      if (zone_id === undefined || zones.includes(zone_id)) gone.push(hostname ?? id ?? '');
      continue;
    }
    seen[number] = 1;
    const live = await current.read(number);
    if (!isMeant(where, live, now)) continue;
    count += 1;
    const fields = compare(live);
    if (fields.length > 0) drifted.push(driftedOf(live, fields));
  }
  const appeared: string[] = [];
  for (let number = 0; reference.isWhole && number < seen.length; number++) {
    if (seen[number] === 1) continue;
    const live = await current.read(number);
    if (isMeant(where, live, now)) appeared.push(live.hostname);
  }
  // Those that were never meant are not missed.
  return { against: reference.name, compared: count, drifted, gone: where.length > 0 ? [] : gone, appeared };
}

/** By its id, else, as it may have been made again, by its name. */
function find(
  current: Snapshot,
  zones: readonly ZoneId[],
  { id, hostname }: Pick<Expected, 'id' | 'hostname'>,
): number | undefined {
  for (const zone of zones) {
    const byId = id === undefined ? undefined : current.byId(zone, id);
    if (byId?.kind === 'one') return byId.number;
  }
  for (const zone of zones) {
    const byName = hostname === undefined ? undefined : current.byName(zone, hostname);
    if (byName?.kind === 'one') return byName.number;
  }
  return undefined;
}

async function referenceOf(config: Config, against: string): Promise<Reference> {
  const head = await readFile(against).then(
    (bytes) => bytes.subarray(0, 4_096),
    () => undefined,
  );
  if (head === undefined) return ofBatch(config, against);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const isSnapshot = head.includes('"hostroll_snapshot"') || (isGzip && /snapshot/.test(against));
  return isSnapshot ? ofSnapshot(config, against) : ofManifest(config, against);
}

async function ofSnapshot({ zones }: Config, path: string): Promise<Reference> {
  const { header, hostnames } = await openSnapshotFile(path);
  const names: string[] = [header.zone_id, header.zone_name ?? header.zone_id];
  const other = zones.find((zone) => !names.includes(zone.toLowerCase()));
  // A snapshot that was taken by the zone's id does not know its name.
  if (other !== undefined && (header.zone_name !== undefined || /^[0-9a-f]{32}$/i.test(other))) {
    throw new HostrollError(
      'SNAPSHOT_OTHER_ZONE',
      `${path} is a snapshot of zone ${header.zone_name ?? header.zone_id}, not of ${other}; nothing was read.`,
    );
  }
  return {
    name: `the snapshot of ${header.taken_at.slice(0, 16).replace('T', ' ')} UTC`,
    isWhole: header.where === undefined,
    async *expected() {
      for await (const old of hostnames()) {
        const { hostname, id, zone_id } = old;
        yield { hostname, id, zone_id, compare: (live) => driftSince(old, live) };
      }
    },
    close: async () => {},
  };
}

async function ofManifest(config: Config, path: string): Promise<Reference> {
  const rows = join(config.state, `drift-${randomUUID()}.tmp`);
  await takeInToRead(config, path, rows);
  return {
    name: `the manifest ${path}`,
    isWhole: false,
    async *expected() {
      for await (const line of intakeLines(rows)) {
        if (!('row' in line)) continue;
        const { hostname, custom_hostname_id: id, zone_id, change, source } = line.row;
        const options = { untyped: Array.isArray(source) };
        yield { hostname, id, zone_id, compare: (live) => driftFrom(change, live, options) };
      }
    },
    close: () => rm(rows, { force: true }),
  };
}

async function ofBatch({ state }: Config, wanted: string): Promise<Reference> {
  const folder = await findBatch(state, wanted);
  const fold = await foldBatch(folder.path);
  const details = new RowDetails(fold);
  return {
    name: `what batch ${folder.batch} has sent`,
    isWhole: false,
    async *expected() {
      for (let row = 1; row <= fold.rows.rows; row++) {
        if (fold.rows.outcomeOf(row) !== 'edited') continue;
        const { hostname, custom_hostname_id: id, zone_id, change = {}, source } = await details.planned(row);
        const options = { untyped: Array.isArray(source) };
        yield { hostname, id, zone_id, compare: (live) => driftFrom(change, live, options) };
      }
    },
    close: () => details.close(),
  };
}

/** Writes a manifest that makes hostnames what they were; resolves with what it holds, in words. */
export async function writeFix({ drifted }: Drift, path: string): Promise<string> {
  const fixed = drifted.map(fixingRow);
  const rows = fixed.flatMap(({ row }) => row ?? []);
  await replaceFileText(path, rows.map((row) => `${stringifyExact(row)}\n`).join(''));
  const left = new Set(fixed.flatMap((each) => each.left));
  const rest = left.size === 0 ? '' : `; what no manifest can set so is left out: ${[...left].join(', ')}`;
  return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} in ${path}${rest}`;
}
