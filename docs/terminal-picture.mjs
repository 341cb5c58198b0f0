// Draws what a command printed as docs/terminal.svg: hostroll demo | sed -n '/^Time /,/letters$/p' | node docs/terminal-picture.mjs > docs/terminal.svg
import { readFileSync } from 'node:fs';

const [LINE, CHAR, EDGE] = [18, 7.9, 16];
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHAR + 2 * EDGE);
const height = lines.length * LINE + 2 * EDGE;
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const drawn = lines.map((line, at) => {
  const weight = /^\S/.test(line) ? ' font-weight="bold"' : '';
  return `<text x="${EDGE}" y="${EDGE + (at + 0.75) * LINE}"${weight} xml:space="preserve">${escaped(line)}</text>`;
});
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>What hostroll says at the end of a batch</title>
<rect width="100%" height="100%" rx="6" fill="#1b1f24"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" fill="#d0d7de">
${drawn.join('\n')}
</g>
</svg>
`);
