import { HostrollError } from '../terms.ts';

/**
 * Which rows are meant by numbers and ranges, from 1 to `most`: `4,10-20`; commas, spaces and lines stand between. Throws
 * `CONFIG_INVALID`.
 */
export function rowList(text: string, most: number): (row: number) => boolean {
  const meant = new Uint8Array(most + 1);
  for (const part of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    if (first === undefined || Number(first) < 1 || Number(last) > most || Number(last) < Number(first)) {
      const message = `--rows must be numbers of rows up to ${most} and ranges of them, such as 4,10-20, not "${part}".`;
      throw new HostrollError('CONFIG_INVALID', message);
    }
    meant.fill(1, Number(first), Number(last) + 1);
  }
  return (row) => meant[row] === 1;
}

/** Rows, in their order, as such a list. */
export function rowListText(rows: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
