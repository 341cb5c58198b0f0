import { MOST_WAVES, type WaveSize } from '../ledger/rollout.ts';

const SIZE = /^(\d+)$|^(\d+(?:\.\d+)?)%$/;

/** Waves as a person writes them, `10,5%,100%`; of what cannot be waves, one sentence that says why. */
export function parseWaves(text: string): { sizes: WaveSize[] } | { problem: string } {
  const words = text.split(',').map((word) => word.trim());
  const sizes: WaveSize[] = [];
  for (const word of words) {
    const [, rows, percent] = SIZE.exec(word) ?? [];
    const size = rows === undefined ? { share: Number(percent) / 100 } : { rows: Number(rows) };
    const amount = amountOf(size);
    if (!(amount > 0) || ('share' in size && amount > 1)) {
      return { problem: `"${word}" is no wave: write a number of rows or a percentage above 0, such as 10,5%,100%` };
    }
    const before = sizes.findLast((earlier) => 'share' in earlier === 'share' in size);
    if (before !== undefined && amountOf(before) >= amount) {
      return { problem: `waves must rise, and ${word} is not more than what comes before it` };
    }
    sizes.push(size);
  }
  const last = sizes.at(-1);
  if (last === undefined || !('share' in last) || last.share !== 1) {
    return { problem: 'the last wave must be 100%, so that every row is in one, as in 10,5%,100%' };
  }
  if (sizes.length > MOST_WAVES) return { problem: `there may be ${MOST_WAVES} waves at most` };
  return { sizes };
}

const amountOf = (size: WaveSize): number => ('share' in size ? size.share : size.rows);

/**
 * How many of `rows` rows are sent by the end of each wave. They rise: a wave that brings no row beyond the one before it,
 * as 5% of 100 rows behind 10 of them, is left out. Parts of a row are a row.
 */
export function waveEnds(sizes: readonly WaveSize[], rows: number): number[] {
  const ends: number[] = [];
  for (const size of sizes) {
    // 0.07 * 100 is a little more than 7.
    const end = Math.min(rows, 'share' in size ? Math.ceil(Number((size.share * rows).toFixed(6))) : size.rows);
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}

/** As they are written. */
export const wavesText = (sizes: readonly WaveSize[]): string =>
  sizes.map((size) => ('share' in size ? `${Number((size.share * 100).toFixed(6))}%` : String(size.rows))).join(',');
