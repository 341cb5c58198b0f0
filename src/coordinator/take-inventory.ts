import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { InventoryOptions } from '../config/inventory-flags.ts';
import { Doctor } from '../dcv/doctor.ts';
import type { Finding } from '../dcv/finding.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { complaintsOf, phaseOfLive } from '../hostname/live-phase.ts';
import { changesSince } from '../inventory/changes.ts';
import { type Inventory, InventoryTaker, type StaleHostname } from '../inventory/inventory.ts';
import { HostrollError } from '../terms.ts';
import { besideOthers } from './beside-others.ts';
import { ownEngine } from './engine.ts';
import { type Reading, readLive } from './subjects.ts';
import { tellNeeds } from './tell-needs.ts';

/** Inventories that are kept in the state folder; the oldest go first. */
const KEPT = 400;
/** Stale hostnames looked at side by side. */
const AT_ONCE = 200;

/**
 * Reads the zones of the configuration, one call each beside their lists, and keeps what came of it in the state folder;
 * who is to be told hears what needs a person.
 * `changes` is there where an earlier inventory is asked for. Throws as `readLive`, and `INVENTORY_MISSING`.
 */
export async function takeInventory(
  config: Config,
  reading: Reading,
  options: InventoryOptions,
): Promise<{ inventory: Inventory; changes: string[] | undefined }> {
  const folder = join(config.state, 'inventories');
  await makePrivateFolder(config.state);
  await makePrivateFolder(folder);
  const before = options.since === undefined ? undefined : await earlier(folder, options.since);
  const inventory = await tellNeeds({
    about: 'inventory',
    engine: ownEngine(await besideOthers(config, reading.warn), reading),
    ...reading,
    read: (engine) => inventoryOf(config, { ...reading, engine }, options),
    needs: ({ needs }) => needs,
  });
  await replaceFileText(join(folder, `${inventory.taken_at.replaceAll(':', '')}.json`), JSON.stringify(inventory));
  for (const name of (await names(folder)).slice(0, -KEPT)) await rm(join(folder, name), { force: true });
  return { inventory, changes: before && changesSince(before, inventory) };
}

async function inventoryOf(
  config: Config,
  reading: Reading,
  { withinMs, staleMs, doctor }: InventoryOptions,
): Promise<Inventory> {
  const subjects = await readLive(config, { ...reading, quotas: true });
  try {
    const now = Date.now();
    const taker = new InventoryTaker({ now, withinMs });
    for (const { header, quota } of subjects.zones) {
      const { zone_id, zone_name: name } = header;
      taker.addZone({ zone_id, ...(name === undefined ? {} : { name }), ...(quota === undefined ? {} : { quota }) });
    }
    const stale: LiveHostname[] = [];
    for await (const live of subjects.hostnames()) {
      taker.add(live);
      if (staleMs !== undefined && isStale(live, now - staleMs, now)) stale.push(live);
    }
    return taker.end(staleMs === undefined ? undefined : await withEvidence(stale, doctor, now));
  } finally {
    await subjects.close();
  }
}

const names = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /^\d{4}-.*\.json$/.test(name)).sort();

/** The last inventory, or the last one before a date; or the one in a file. */
async function earlier(folder: string, since: string): Promise<Inventory> {
  const all = await names(folder);
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(since);
  const name = since === 'last' ? all.at(-1) : isDate ? all.findLast((each) => each < since) : undefined;
  const isFile = since !== 'last' && !isDate;
  if (name === undefined && !isFile) {
    throw new HostrollError(
      'INVENTORY_MISSING',
      `There is no inventory ${isDate ? `before ${since}` : 'yet'} in ${folder}; run once without --since.`,
    );
  }
  const path = name === undefined ? since : join(folder, name);
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Inventory;
    if (Array.isArray(value.zones) && typeof value.counts === 'object') return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && (cause as NodeJS.ErrnoException).code === undefined) throw cause;
  }
  throw new HostrollError(
    'INVENTORY_MISSING',
    `${path} is no inventory that "hostroll inventory --format json" writes.`,
  );
}

/** Whether nothing has come of a hostname that was there before `since`; one that does not say when it came counts as old. */
function isStale(live: LiveHostname, since: number, now: number): boolean {
  const phase = phaseOfLive(live, {}, now);
  if (phase === 'serving' || phase === 'leaving') return false;
  return !(Date.parse(live.created_at ?? '') > since);
}

/** Looks at each as its authority would; where no DNS answers here, what the API says is all there is. */
async function withEvidence(
  all: readonly LiveHostname[],
  options: InventoryOptions['doctor'],
  now: number,
): Promise<StaleHostname[]> {
  if (all.length === 0) return [];
  const doctor = new Doctor(options);
  try {
    const canSee = await doctor.probe().then(
      () => true,
      () => false,
    );
    const found: StaleHostname[] = [];
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const some = all.slice(at, at + AT_ONCE);
      const findings = await Promise.all(some.map((live) => (canSee ? doctor.examine(live) : undefined)));
      found.push(...some.map((live, index) => staleOf(live, findings[index], now)));
    }
    return found;
  } finally {
    await doctor.close();
  }
}

function staleOf(live: LiveHostname, finding: Finding | undefined, now: number): StaleHostname {
  const { hostname, zone_id, created_at, status, ssl } = live;
  const telling = finding?.evidence.find(({ verdict }) => verdict === finding.verdict);
  const seen =
    finding === undefined
      ? []
      : [`${finding.verdict.replaceAll('_', ' ')}${telling === undefined ? '' : `: ${telling.name} ${telling.note}`}`];
  return {
    hostname,
    zone_id,
    ...(created_at === undefined ? {} : { created_at }),
    phase: phaseOfLive(live, {}, now),
    status,
    ...(ssl === undefined ? {} : { ssl_status: ssl.status }),
    evidence: [...seen, ...complaintsOf(live).slice(0, 1)].join('; '),
  };
}
