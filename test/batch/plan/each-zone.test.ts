import { expect, it } from 'vitest';
import { eachZone } from '../../../src/batch/plan/each-zone.ts';
import { HostrollError, type ZoneId } from '../../../src/terms.ts';

const [OPEN, CLOSED] = ['a', 'b'].map((letter) => letter.repeat(32)) as [ZoneId, ZoneId];

/** Reads these zones; resolves with what was read and what was left out. */
async function reading(zones: ZoneId[], mayGo: (zone: ZoneId) => boolean, code: 'ZONE_NO_ACCESS' | 'CF_SERVER_ERROR') {
  const read: ZoneId[] = [];
  const left = await eachZone(zones, mayGo, async (zone) => {
    if (zone === CLOSED) throw new HostrollError(code, 'It cannot be read.');
    read.push(zone);
  });
  return { read, left: [...left] };
}

it('of all zones, one that cannot be read is left out, and said', async () => {
  expect(await reading([CLOSED, OPEN], () => true, 'ZONE_NO_ACCESS')).toEqual({
    read: [OPEN],
    left: [[CLOSED, 'It cannot be read. It is left out.']],
  });
});

it.each([
  ['one that is named', [CLOSED, OPEN], false, 'ZONE_NO_ACCESS'],
  ['the only one', [CLOSED], true, 'ZONE_NO_ACCESS'],
  ['one that does not answer', [CLOSED, OPEN], true, 'CF_SERVER_ERROR'],
] as const)('%s is not left out', async (_, zones, isAll, code) => {
  await expect(reading([...zones], () => isAll, code)).rejects.toMatchObject({ code });
});
