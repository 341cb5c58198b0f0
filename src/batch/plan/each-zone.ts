import { HostrollError, type ZoneId } from '../../terms.ts';

/**
 * Reads zones one after the other. One that the API does not let be read, and that `mayGo` without, is left out: resolves with
 * a sentence for each of these. Throws the first refusal where none is left, and whatever else `read` throws.
 */
export async function eachZone(
  zones: readonly ZoneId[],
  mayGo: (zone: ZoneId) => boolean,
  read: (zone: ZoneId) => Promise<void>,
): Promise<Map<ZoneId, string>> {
  const left = new Map<ZoneId, HostrollError>();
  for (const zone of zones) {
    try {
      await read(zone);
    } catch (error) {
      if (!(error instanceof HostrollError) || error.code !== 'ZONE_NO_ACCESS' || !mayGo(zone)) throw error;
      left.set(zone, error);
    }
  }
  const [first] = left.values();
  if (first !== undefined && left.size === zones.length) throw first;
  return new Map([...left].map(([zone, { message }]) => [zone, `${message} It is left out.`]));
}
