import type { LedCall } from './api-call.ts';
import { bits } from './draw.ts';
import { editHostname } from './edit-hostname.ts';
import type { FaultEffect } from './fault-rule.ts';
import { inventedHostname } from './invented-name.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { advanceToNow, deleteNow, editContext, loadInto, type World } from './world.ts';
import { removeRecord, type Zone } from './zone-store.ts';

/**
 * Changes what pages hold while somebody lists: takes `remove` hostnames from the front half of the zone, so that rows
 * slide over the page boundary unseen, and creates `create` new ones.
 */
function drift(world: World, zone: Zone, { remove, create }: { remove: number; create: number }): void {
  const begun = world.records.length;
  for (let count = 0; count < remove && zone.records.length > 0; count += 1) {
    const at = bits(world.seed, begun, count, 94) % Math.ceil(zone.records.length / 2);
    const record = zone.records[at];
    if (record !== undefined) removeRecord(zone, record);
  }
  for (let index = begun, left = create; left > 0; index += 1) {
    const hostname = inventedHostname(index, world.seed + 1);
    if (zone.byHostname.has(hostname)) continue;
    loadInto(world, { hostname, zone_id: zone.id, status: 'pending', ssl: { status: 'initializing' } });
    left -= 1;
  }
}

/** The hostname a fault is about: the one it names, else the call's own. */
function subject(zone: Zone, named: string | undefined, own: StoredHostname | undefined): StoredHostname | undefined {
  if (named !== undefined) return zone.byHostname.get(named);
  return own !== undefined && zone.byId.get(own.id) === own ? own : undefined;
}

/** Lets somebody else interfere, as a fault says, just before a call is carried out. */
export function interfere(world: World, effect: FaultEffect, { request }: LedCall): void {
  if (effect.type === 'revoke') world.credentials.revoked = true;
  const { zone } = request;
  if (zone === undefined) return;
  if (effect.type === 'drift') drift(world, zone, effect);
  if (effect.type !== 'delete' && effect.type !== 'edit') return;
  const record = subject(zone, effect.hostname, request.record);
  if (record === undefined) return;
  if (effect.type === 'delete') {
    deleteNow(world, zone, record);
    return;
  }
  advanceToNow(world, record);
  editHostname(record, effect.body, editContext(world, zone));
}
