/**
 * Sizes of list pages, the largest first. The newest reference allows 1,000, older ones 50; large ones are known to time
 * out. Each is a multiple of the next, so that a page that fails can be read as several smaller ones.
 */
const PAGE_SIZES = [1_000, 200, 50] as const;
export const LARGEST_PAGE = PAGE_SIZES[0];
export const SAFE_PAGE = PAGE_SIZES[2];

/** The next smaller size into which pages of `size` can be divided; undefined where there is none. */
export const smallerPage = (size: number): number | undefined =>
  PAGE_SIZES.find((smaller) => smaller < size && size % smaller === 0);

/** Failures that a smaller page may be spared: no whole answer in time, or none that makes sense. */
const OF_SIZE = new Set(['CF_TIMEOUT', 'CF_EDGE_ERROR', 'CF_SERVER_ERROR', 'CF_BAD_ANSWER']);
export const mayBeTooLarge = (code: string): boolean => OF_SIZE.has(code);

/** Calls made for a page that may be too large before a smaller one is tried instead. */
export const MAX_LARGE_TRIES = 2;
