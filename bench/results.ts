import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../bench/results/', import.meta.url));
const GIB = 2 ** 30;

type Cell = string | number | undefined;

/** Prints the rows as a table, and writes them to `bench/results/<name>.json` with what they were measured on. */
export async function publish(name: string, about: string, rows: readonly Record<string, Cell>[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  console.log(`\n${about}`);
  for (const line of lines)
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / GIB)} GiB, Node.js ${process.version}`;
  await mkdir(FOLDER, { recursive: true });
  const result = { about, at: new Date().toISOString(), machine, rows };
  await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}
