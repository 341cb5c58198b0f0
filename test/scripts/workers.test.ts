import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const built = (name: string) => fileURLToPath(new URL(`../../dist/workers/${name}.js`, import.meta.url));

it.each([
  ['lane', 'Usage: hostroll work [options]'],
  ['coordinator', 'Usage: hostroll serve [options]'],
])('workers/%s.js is a program of its own', async (name, usage) => {
  const { stdout } = await promisify(execFile)(process.execPath, [built(name), '--help']);
  expect(stdout).toContain(usage);
});
