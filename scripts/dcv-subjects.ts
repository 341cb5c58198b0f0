import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { foldBatch } from '../src/batch/ledger/batch-fold.ts';
import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { RowDetails } from '../src/batch/ledger/row-details.ts';
import { intakeLines } from '../src/batch/plan/intake.ts';
import type { NamedZones } from '../src/batch/plan/resolve-zones.ts';
import { openSnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { RowBundles } from '../src/bundles/row-bundles.ts';
import { type Config, readConfig, readStateConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { isZone } from '../src/config/lanes.ts';
import { makePrivateFolder } from '../src/disk/private-folder.ts';
import type { LiveHostname } from '../src/hostname/live.ts';
import { rowsWhere } from '../src/report/waiting-rows.ts';
import type { ZoneId } from '../src/terms.ts';
import { budgetPerSecond } from './engine.ts';
import { takeInChecked } from './prepare-batch.ts';
import { readZones } from './read-zones.ts';
import type { Shell } from './shell.ts';

/** Hostnames as the API shows them now, and the names of their zones as far as they are known. */
export interface Subjects {
  zoneNames: Map<ZoneId, string>;
  hostnames(): AsyncGenerator<LiveHostname>;
  /** The certificate authority that a row of a manifest moves it to; undefined where it keeps its own. */
  newAuthority(live: LiveHostname): string | undefined;
  /** Ctrl-C, also while the hostnames are gone through. */
  interrupt: AbortSignal;
  close(): Promise<void>;
}

const COMMAND = 'hostroll dcv check';

/** Of all hostnames of the zones, those that are meant. */
type Meant = (live: LiveHostname) => boolean;

/**
 * Reads what `source` means: the hostnames of a zone (id or name), those that a manifest names, or those of a batch that
 * were not active when it read them last. Always from the API, within the budget: tokens change.
 */
export async function readSubjects(source: string, flags: Flags, shell: Shell): Promise<Subjects> {
  const isFile = (await stat(source).catch(() => undefined))?.isFile() === true;
  if (isFile) return ofManifest(source, flags, shell);
  if (isZone(source)) return readLive(readConfig({ ...flags, zone: [source] }, shell.env), shell, { command: COMMAND });
  return ofBatch(source, flags, shell);
}

async function ofManifest(path: string, flags: Flags, shell: Shell): Promise<Subjects> {
  const config = readConfig(flags, shell.env);
  await makePrivateFolder(config.state);
  const rows = join(config.state, `check-${randomUUID()}.tmp`);
  try {
    const intake = await takeInChecked({ name: path, bytes: createReadStream(path) }, rows, {
      skipInvalid: false,
      bundles: new RowBundles({
        ...config.bundles,
        manifestFolder: dirname(path),
        now: Date.now(),
        keep: async () => {},
      }),
    });
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
    return { ...(await readLive(config, shell, { command: COMMAND, meant, intake })), newAuthority };
  } finally {
    await rm(rows, { force: true });
  }
}

async function ofBatch(wanted: string, flags: Flags, shell: Shell): Promise<Subjects> {
  const { path } = await findBatch(readStateConfig(flags, shell.env).state, wanted);
  const fold = await foldBatch(path);
  const details = new RowDetails(fold);
  const waiting = new Set<string>();
  try {
    for (const row of rowsWhere(fold, (at) => fold.rows.waits(at))) {
      const { custom_hostname_id: id } = await details.planned(row);
      if (id !== undefined) waiting.add(id);
    }
  } finally {
    await details.close();
  }
  const config = readConfig({ ...flags, zone: fold.batch.zones }, shell.env);
  return readLive(config, shell, { command: COMMAND, meant: ({ id }) => waiting.has(id) });
}

/** Reads the zones of a configuration. `command` is for whoever finds the queue in use. */
export async function readLive(
  config: Config,
  shell: Shell,
  { command, meant = () => true, intake }: { command: string; meant?: Meant; intake?: NamedZones },
): Promise<Subjects> {
  const progress = new ProgressTracker(budgetPerSecond(config.lanes), Date.now);
  const interrupt = shell.interrupt();
  const hide = shell.terminal.show(() => progress.snapshot());
  await makePrivateFolder(config.state);
  const paths: string[] = [];
  const pathOf = () => {
    const path = join(config.state, `check-${randomUUID()}.tmp`);
    paths.push(path);
    return path;
  };
  const close = async () => {
    interrupt.dispose();
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  };
  try {
    const named = intake === undefined ? {} : { intake };
    const stored = await readZones({ config, command, ...named, pathOf, progress, interrupt: interrupt.signal });
    const zoneNames = new Map<ZoneId, string>();
    for (const { header } of stored) if (header.zone_name) zoneNames.set(header.zone_id, header.zone_name);
    return {
      zoneNames,
      async *hostnames() {
        for (const { path } of stored) {
          for await (const live of (await openSnapshotFile(path)).hostnames()) if (meant(live)) yield live;
        }
      },
      newAuthority: () => undefined,
      interrupt: interrupt.signal,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    hide();
  }
}
