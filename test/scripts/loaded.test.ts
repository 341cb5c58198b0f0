import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What is loaded with a file: imports of types are not, and those within functions only when they are reached. */
const STATIC = /^(?:import|export)\s(?!type\s)[^'"]*?from\s+'([^']+)'/gm;

/** Packages that are loaded with a file of the sources, through whatever it imports. */
function packagesOf(start: string): string[] {
  const files = new Set([join(ROOT, start)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(STATIC)) {
      if (name.startsWith('.')) files.add(join(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return [...packages].sort();
}

it('the prompt loads nothing but what reads the command line, and two kilobytes of colours', () => {
  expect(packagesOf('scripts/hostroll.ts')).toEqual([]);
  expect(packagesOf('scripts/process.ts')).toEqual(['commander', 'picocolors']);
});

it('completion loads nothing but what prints words', () => {
  expect(packagesOf('scripts/complete.ts')).toEqual(['@bomb.sh/tab', 'strip-json-comments']);
});

it.each(['report', 'status'])('%s loads no queue, no HTTP library, no log', (command) => {
  const packages = packagesOf(`scripts/${command}.ts`);
  expect(packages).toContain('commander');
  for (const heavy of ['bullmq', 'ioredis', 'undici', 'pg', 'pino', 'tldts', '@electric-sql/pglite', 'cron-parser'])
    expect(packages).not.toContain(heavy);
});

/** The files of the build that are loaded with one of a command. */
function chunksOf(command: string): string[] {
  const files = new Set([join(ROOT, `dist/chunks/${command}.js`)]);
  for (const file of files)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^import\s[^;]*?"(\.[^"]+)";$/gm))
      files.add(join(dirname(file), name));
  expect(files.size).toBeGreaterThan(10);
  return [...files].map((file) => basename(file));
}

it.each(['report', 'status'])('%s has no queue in the files that the build makes of it, either', (command) => {
  expect(chunksOf(command)).not.toContain('bullmq.js');
});

it('a report that is made already is shown without the schemas, and without what makes it', () => {
  const files = chunksOf('report');
  for (const heavy of ['schemas.js', 'write-report.js']) expect(files).not.toContain(heavy);
});
