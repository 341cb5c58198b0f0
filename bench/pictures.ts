import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Small SVG pictures for docs/performance.md, made of what a bench has measured. */

const WIDTH = 720;
const LABEL = 210;
const ROW = 46;
const HEAD = 34;
const INK = '#1f2937';
const GOOD = '#2563eb';
const BAD = '#dc2626';
const PALE = '#fee2e2';

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${y}"${more}>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}"/>`;

async function draw(name: string, title: string, rows: readonly string[]): Promise<void> {
  const height = HEAD + rows.length * ROW + 6;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<title>${title}</title>`,
    box(0, 0, WIDTH, height, '#fff'),
    text(8, 20, title, ' font-weight="bold"'),
    ...rows,
    '</svg>',
  ];
  await writeFile(fileURLToPath(new URL(`../../docs/${name}.svg`, import.meta.url)), `${svg.join('\n')}\n`);
}

/** What one contender used of a quota, from moment to moment: 1 is all of it; and when somebody else was refused. */
export interface Strip {
  name: string;
  moments: { used: number; isLockedOut: boolean }[];
}

/** A strip for each contender, one under another: columns for what it used, red ground where others were locked out. */
export const drawStrips = (name: string, title: string, strips: readonly Strip[]): Promise<void> =>
  draw(
    name,
    title,
    strips.map(({ name: contender, moments }, at) => {
      const bottom = HEAD + (at + 1) * ROW - 8;
      const tall = ROW - 14;
      const wide = (WIDTH - LABEL - 10) / moments.length;
      const columns = moments.map(({ used, isLockedOut }, moment) => {
        const x = LABEL + moment * wide;
        const height = Math.min(1, used) * tall;
        return (
          (isLockedOut ? box(x, bottom - tall, wide, tall, PALE) : '') + box(x, bottom - height, wide - 1, height, GOOD)
        );
      });
      return [
        text(8, bottom - tall / 2 + 4, contender),
        ...columns,
        box(LABEL, bottom, WIDTH - LABEL - 10, 1, INK),
      ].join('');
    }),
  );

/** A bar for each, as long as its value; the rivals' are of another colour. */
export const drawBars = (
  name: string,
  title: string,
  bars: readonly { name: string; value: number; isRival: boolean }[],
): Promise<void> => {
  const most = Math.max(...bars.map(({ value }) => value));
  return draw(
    name,
    title,
    bars.map(({ name: contender, value, isRival }, at) => {
      const top = HEAD + at * ROW;
      const long = (value / most) * (WIDTH - LABEL - 80);
      return [
        text(8, top + 20, contender),
        box(LABEL, top + 4, long, ROW - 22, isRival ? BAD : GOOD),
        text(LABEL + long + 6, top + 20, value.toLocaleString('en')),
      ].join('');
    }),
  );
};
