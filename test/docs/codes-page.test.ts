import { expect, test } from 'vitest';
import { CODES_BY_AREA } from '../../src/codes/code.ts';
import { EXIT, EXIT_MEANINGS } from '../../src/codes/exit.ts';
import type { Meaning } from '../../src/codes/meaning.ts';

const INTRODUCTION = `# Codes

<!-- Made by "npm run docs" from src/codes; do not edit. -->

Each failure, each row that was not sent and each problem of a manifest has a stable code. Programs may rely on it;
messages may change; that of a command that failed ends with its code in brackets. This page says what to do about each, and with which exit code a command ends that ends with it.
A code of the API that is not listed (\`CF_<number>\`, or \`CF_HTTP_<status>\` where the answer held no number) says in its
message what is wrong; one of 1400 to 1499 is final for its row. A row that failed makes the exit code 2, whatever its own
code.

## Exit codes

`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** A table without padding: a longer cell then changes one line. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [header, header.map(() => '---'), ...rows].map(line).join('');
}

const codeRows = (codes: Record<string, Meaning>): string[][] =>
  Object.entries(codes).map(([code, { advice, exit }]) => [`\`${code}\``, String(EXIT[exit]), cell(advice)]);

function codesPage(): string {
  const exits = table(
    ['exit', 'meaning'],
    EXIT_MEANINGS.map(([code, meaning]) => [String(code), cell(meaning)]),
  );
  const areas = Object.entries(CODES_BY_AREA).map(
    ([area, codes]) => `\n## ${area}\n\n${table(['code', 'exit', 'what to do'], codeRows(codes))}`,
  );
  return INTRODUCTION + exits + areas.join('');
}

test('docs/codes.md holds what the registry says ("npm run docs" makes it again)', async () => {
  await expect(codesPage()).toMatchFileSnapshot('../../docs/codes.md');
});
