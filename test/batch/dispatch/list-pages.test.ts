import { describe, expect, it } from 'vitest';
import { readFilteredList } from '../../../src/batch/dispatch/filtered-list.ts';
import { type Reads, readFirstPage, readOtherPages } from '../../../src/batch/dispatch/list-pages.ts';
import type { Code } from '../../../src/codes/code.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import type { ReadValue } from '../../../src/lane/lane-result.ts';
import { type BatchId, type CustomHostnameId, HostrollError, type ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';

const ZONE = 'a'.repeat(32) as ZoneId;

interface Api {
  /** Hostnames in the zone. */
  hostnames: number;
  /** Larger pages are cut to this without a word. */
  cutTo?: number;
  /** Larger pages fail with this code. */
  failsAbove?: { size: number; code: Code };
  /** What it says of its counts beside the page. */
  info?: (size: number) => Partial<ReadValue>;
}

/** Reads of a zone behind an API that behaves so, and the pages that were asked for. */
function zoneOf({ hostnames, cutTo = 1_000, failsAbove, info = () => ({}) }: Api) {
  const asked: string[] = [];
  const lane: Reads = {
    batch: '20260101-120000-abcd' as BatchId,
    read: async (job) => {
      if (job.kind !== 'page') throw new TypeError('Only pages are read here.');
      const { page, per_page } = job;
      asked.push(`${page}x${per_page}`);
      if (failsAbove !== undefined && per_page > failsAbove.size)
        throw new HostrollError(failsAbove.code, 'It failed.');
      const size = Math.min(per_page, cutTo);
      const count = Math.max(0, Math.min(size, hostnames - (page - 1) * size));
      const list = Array.from({ length: count }, (_, at) =>
        shop({ id: `id-${(page - 1) * size + at}` as CustomHostnameId }),
      );
      return { hostnames: list, ...info(size) };
    },
  };
  return { lane, asked };
}

/** Ids of all hostnames that are read, and the pages that were asked for. */
async function readAll(api: Api) {
  const { lane, asked } = zoneOf(api);
  const ids: string[] = [];
  const take = async (read: LiveHostname[]) => void ids.push(...read.map(({ id }) => id));
  const first = await readFirstPage(lane, ZONE, 'test');
  await take(first.hostnames);
  const size = await readOtherPages(lane, ZONE, 'test', first, take);
  return { read: new Set(ids).size, twice: ids.length - new Set(ids).size, asked, size };
}

const counted = (total_count: number) => (per_page: number) => ({ total_count, per_page });

describe('a zone is read whole', () => {
  it.each([
    ['in one page', { hostnames: 30, info: counted(30) }, ['1x1000']],
    ['with nothing in it', { hostnames: 0, info: counted(0) }, ['1x1000']],
    ['in several', { hostnames: 2_500, info: counted(2_500) }, ['1x1000', '2x1000', '3x1000']],
    ['where pages are cut to 50', { hostnames: 130, cutTo: 50, info: counted(130) }, ['1x1000', '2x50', '3x50']],
    ['where nothing is said of counts', { hostnames: 130, cutTo: 50 }, ['1x1000', '2x50', '3x50']],
    ['where too little is said', { hostnames: 130, cutTo: 50, info: counted(50) }, ['1x1000', '2x50', '3x50']],
    ['where the last page is full', { hostnames: 100, cutTo: 50, info: counted(100) }, ['1x1000', '2x50', '3x50']],
    [
      'where large pages are refused',
      { hostnames: 60, failsAbove: { size: 50, code: 'CF_1400' }, info: counted(60) },
      ['1x1000', '1x50', '2x50'],
    ],
    [
      'where large pages time out',
      { hostnames: 300, failsAbove: { size: 200, code: 'CF_EDGE_ERROR' }, info: counted(300) },
      ['1x1000', '1x200', '2x200'],
    ],
  ] as [string, Api, string[]][])('%s', async (_name, api, pages) => {
    const { read, twice, asked } = await readAll(api);
    expect([read, twice, asked]).toEqual([api.hostnames, 0, pages]);
  });

  it('where a page in the middle is too large: in smaller ones, and so all that follow', async () => {
    let left = 2;
    const failing = { size: 1_000, code: 'CF_TIMEOUT' as const };
    const api: Api = {
      hostnames: 7_300,
      info: (size) => {
        // From the third answer on only smaller pages come.
        if (--left === 0) failing.size = 200;
        return counted(7_300)(size);
      },
      failsAbove: failing,
    };
    const { read, twice, size } = await readAll(api);
    expect([read, twice, size]).toEqual([7_300, 0, 200]);
  });

  it.each([1e15, 3e7, Number.MAX_SAFE_INTEGER])('where it is said to hold %d', async (total) => {
    const { read, asked } = await readAll({ hostnames: 30, info: counted(total) });
    expect(read).toBe(30);
    expect(asked.length).toBeLessThan(12);
  });

  it('where the same page comes whatever is asked for', async () => {
    const { lane, asked } = zoneOf({ hostnames: 50, cutTo: 50, info: counted(1e12) });
    const stubborn: Reads = { ...lane, read: (job) => lane.read({ ...job, page: 1 } as typeof job) };
    const first = await readFirstPage(stubborn, ZONE, 'test');
    await readOtherPages(stubborn, ZONE, 'test', first, async () => {});
    expect(asked.length).toBeLessThan(12);
  });
});

it('What fails for another reason than its size fails', async () => {
  const { lane, asked } = zoneOf({ hostnames: 30, failsAbove: { size: 0, code: 'CF_NETWORK' } });
  await expect(readFirstPage(lane, ZONE, 'test')).rejects.toMatchObject({ code: 'CF_NETWORK' });
  expect(asked).toEqual(['1x1000']);
});

it('A page that fails at every size fails at the smallest', async () => {
  const { lane, asked } = zoneOf({ hostnames: 30, failsAbove: { size: 0, code: 'CF_EDGE_ERROR' } });
  await expect(readFirstPage(lane, ZONE, 'test')).rejects.toMatchObject({ code: 'CF_EDGE_ERROR' });
  expect(asked).toEqual(['1x1000', '1x200', '1x50']);
});

it('A filtered list ends at a page that is not full, in whatever sizes it can be read', async () => {
  const { lane, asked } = zoneOf({ hostnames: 450, failsAbove: { size: 200, code: 'CF_TIMEOUT' } });
  const ids: string[] = [];
  const list = { tag: 'test', filter: { ssl_status: 'active' }, perPage: 1_000, pagesMost: 5 };
  const ended = await readFilteredList(lane, ZONE, list, async (read) => void ids.push(...read.map(({ id }) => id)));
  expect([ended, ids.length, asked]).toEqual([true, 450, ['1x1000', '1x200', '2x200', '3x200']]);
});
