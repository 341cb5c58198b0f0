import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/architecture.md has a line for every room, ground first', () => {
  const floors = /const FLOORS = \[\n([\s\S]*?)\n\];/.exec(text('.dependency-cruiser.cjs'))?.[1] ?? '';
  const floorOf = new Map(
    floors.split('\n').flatMap((line, at) => [...line.matchAll(/'([^']+)'/g)].map(([, room = '']) => [room, at])),
  );
  const told = [...text('docs/architecture.md').matchAll(/^\| `src\/([^`]+?)(?:\.ts)?`/gm)].map(
    ([, room = '']) => room,
  );
  expect([...told].sort()).toEqual([...floorOf.keys()].sort());
  const inOrder = told.map((room) => floorOf.get(room) ?? -1);
  expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
});
