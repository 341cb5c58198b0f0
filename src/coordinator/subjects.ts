import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatch } from '../batch/ledger/batch-fold.ts';
import { findBatch } from '../batch/ledger/batch-folder.ts';
import { withDetails } from '../batch/ledger/row-details.ts';
import { intakeLines } from '../batch/plan/intake.ts';
import { keptFolder, keptSnapshot } from '../batch/plan/kept-snapshots.ts';
import type { NamedZones } from '../batch/plan/resolve-zones.ts';
import { openSnapshotFile } from '../batch/plan/snapshot-file.ts';
import type { Config } from '../config/config.ts';
import { isZoneGiven } from '../config/lanes.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import type { NoticeConfig } from '../notices/notice-target.ts';
import { rowsWhere } from '../report/waiting-rows.ts';
import { isMeant } from '../select/where.ts';
import type { ZoneId } from '../terms.ts';
import type { LendEngine } from './engine.ts';
import { takeInToRead } from './plan-manifest.ts';
import { readZones, type ZoneRead } from './read-zones.ts';
import type { Screen } from './session.ts';

/** Hostnames as the API shows them now, those that are deleted left out, and the names of their zones as far as they are known. */
export interface Subjects {
  zoneNames: Map<ZoneId, string>;
  zones: readonly ZoneRead[];
  hostnames(): AsyncGenerator<LiveHostname>;
  /** The certificate authority that a row of a manifest moves it to; undefined where it keeps its own. */
  newAuthority(live: LiveHostname): string | undefined;
  close(): Promise<void>;
}

/** What hostnames are read for. */
export interface Reading extends Pick<Screen, 'show'> {
  /** Shown to a process that finds the queue in use. */
  command: string;
  interrupt: AbortSignal;
  /** Hears of each zone of `all` that cannot be read. */
  warn(sentence: string): void;
  /** What it runs on, if not on an engine of its own. */
  engine?: LendEngine;
  /** Who is told beside those of the configuration, where what is read needs a person. */
  notices?: readonly NoticeConfig[];
  /** Ask for the zones' quotas, too. */
  quotas?: boolean;
}

/** Of all hostnames of the zones, those that are meant. */
type Meant = (live: LiveHostname) => boolean;

/**
 * Reads what `source` means: the hostnames of a zone (id or name), those that a manifest names, or those of a batch that
 * were not active when it read them last. Always from the API, within the budget: tokens change.
 */
export async function readSubjects(
  source: string,
  /** The configuration for these zones; for those of flags and environment where none are given. */
  configFor: (zone?: string[]) => Config,
  state: string,
  reading: Reading,
): Promise<Subjects> {
  const isFile = (await stat(source).catch(() => undefined))?.isFile() === true;
  if (isFile) return ofManifest(source, configFor(), reading);
  if (isZoneGiven(source)) return readLive(configFor([source]), reading);
  return ofBatch((await findBatch(state, source)).path, configFor, reading);
}

async function ofManifest(path: string, config: Config, reading: Reading): Promise<Subjects> {
  await makePrivateFolder(config.state);
  const rows = join(config.state, `check-${randomUUID()}.tmp`);
  try {
    const intake = await takeInToRead(config, path, rows);
    const authorities = new Map<string, string | undefined>();
    for await (const line of intakeLines(rows)) {
      if (!('row' in line)) continue;
      const { hostname, custom_hostname_id, change } = line.row;
      for (const name of [hostname, custom_hostname_id])
        if (name) authorities.set(name, change.ssl?.certificate_authority);
    }
    const meant: Meant = (live) => authorities.has(live.hostname) || authorities.has(live.id);
    const newAuthority = (live: LiveHostname) => {
      const asked = authorities.get(live.id) ?? authorities.get(live.hostname);
      return asked === live.ssl?.certificate_authority ? undefined : asked;
    };
    return { ...(await readLive(config, reading, { meant, intake })), newAuthority };
  } finally {
    await rm(rows, { force: true });
  }
}

async function ofBatch(folder: string, configFor: (zone: string[]) => Config, reading: Reading): Promise<Subjects> {
  const fold = await foldBatch(folder);
  const waiting = new Set<string>();
  await withDetails(fold, async (details) => {
    for (const row of rowsWhere(fold, (at) => fold.rows.waits(at))) {
      const { custom_hostname_id: id } = await details.planned(row);
      if (id !== undefined) waiting.add(id);
    }
  });
  return readLive(configFor(fold.batch.zones), reading, { meant: ({ id }) => waiting.has(id) });
}

/**
 * Reads the zones of a configuration, of them what its conditions mean. What was read whole is kept in the state folder, for
 * commands that may go by it.
 */
export async function readLive(
  config: Config,
  { command, interrupt, show, warn, engine, quotas = false }: Reading,
  { meant = () => true, intake }: { meant?: Meant; intake?: NamedZones } = {},
): Promise<Subjects> {
  const { state, where } = config;
  await makePrivateFolder(state);
  await makePrivateFolder(keptFolder(state));
  const paths: string[] = [];
  const pathOf = (zone: ZoneId, _name: string | undefined, isWhole: boolean) => {
    if (isWhole) return keptSnapshot(state, zone);
    const path = join(state, `check-${randomUUID()}.tmp`);
    paths.push(path);
    return path;
  };
  const close = async () => {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  };
  try {
    const named = intake === undefined ? {} : { intake };
    const zones = await readZones({ config, command, engine, ...named, pathOf, quotas, show, warn, interrupt });
    const zoneNames = new Map<ZoneId, string>();
    for (const { header } of zones) if (header.zone_name) zoneNames.set(header.zone_id, header.zone_name);
    return {
      zoneNames,
      zones,
      async *hostnames() {
        const now = Date.now();
        for (const { path } of zones) {
          for await (const live of (await openSnapshotFile(path)).hostnames()) {
            if (!isDeleted(live) && meant(live) && isMeant(where, live, now)) yield live;
          }
        }
      },
      newAuthority: () => undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
