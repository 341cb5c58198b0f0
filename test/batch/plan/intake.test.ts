import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { intakeLines, MOST_PROBLEMS, takeIn } from '../../../src/batch/plan/intake.ts';
import { NO_BUNDLES } from '../../../src/bundles/no-bundles.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Takes in the text of a CSV manifest; with the lines written and the row numbers heard. */
async function takenIn(text: string, skipInvalid = false) {
  const rowsPath = join(await tempFolder(), 'rows');
  const heard: number[] = [];
  async function* bytes() {
    yield Buffer.from(text);
  }
  const manifest = readManifest({ name: 'manifest.csv', bytes: bytes() }, {});
  const intake = await takeIn(manifest, { rowsPath, bundles: NO_BUNDLES, skipInvalid }, (rows) => heard.push(rows));
  const lines = [];
  for await (const line of intakeLines(rowsPath))
    lines.push('row' in line ? line.row.row : 'invalid' in line ? -line.invalid.row : 0);
  return { intake, heard, lines };
}

const ZONE = '0123456789abcdef0123456789abcdef';
const csv = (...rows: string[]) => `hostname,zone_id,ssl.method\n${rows.join('\n')}\n`;

describe('taking in a manifest', () => {
  it('keeps every row in its order, good or not, and counts them apart', async () => {
    const { intake, heard, lines } = await takenIn(
      csv('a.acme-store.net,,txt', 'b.acme-store.net,,htp', `c.acme-store.net,${ZONE},txt`),
    );
    expect(lines).toEqual([1, -2, 3]);
    expect(heard).toEqual([1, 2, 3]);
    expect(intake).toMatchObject({
      goodRows: 2,
      rowsWithoutZone: 1,
      zones: new Set([ZONE]),
      invalidRows: 1,
      problemCount: 1,
    });
    expect(intake.summary).toMatchObject({ format: 'csv', rows: 3 });
  });

  it('counts all problems, and keeps those that say the same once, with the first places', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `h${n}.acme-store.net,nozone,htp`);
    const { intake, lines } = await takenIn(csv(...rows));
    expect(intake).toMatchObject({ invalidRows: 300, problemCount: 600, goodRows: 0 });
    expect(intake.problems).toHaveLength(2);
    expect(intake.problems[0]).toMatchObject({ problem: { row: 1 }, count: 300, also: [2, 3, 4] });
    expect(lines).toHaveLength(300);
  });

  it('keeps only as many different problems as a person reads', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `h${n}.acme-store.net,,htp${n}`);
    const { intake, lines } = await takenIn(csv(...rows));
    expect(intake).toMatchObject({ problemCount: 300, problems: { length: 100 } });
    expect(lines).toHaveLength(300);
  });

  it('ends at some thousands of problems, unless bad rows may be left out', async () => {
    const text = csv(...Array.from({ length: MOST_PROBLEMS + 1000 }, (_, n) => `h${n}.acme-store.net,,htp`));
    const { intake, lines } = await takenIn(text);
    expect(intake).toMatchObject({ problemCount: MOST_PROBLEMS, cutShort: true, summary: undefined });
    expect(lines).toHaveLength(MOST_PROBLEMS);
    const skipping = await takenIn(text, true);
    expect(skipping.intake).toMatchObject({ invalidRows: MOST_PROBLEMS + 1000, cutShort: false });
    expect(skipping.intake.summary).toBeDefined();
  });

  it('has no summary where the manifest as a whole is spoiled, so that nothing can be sent', async () => {
    const { intake } = await takenIn('hostname,ssl.methd\na.acme-store.net,txt\n');
    expect(intake.summary).toBeUndefined();
    expect(intake.problems).toMatchObject([{ problem: { column: 'ssl.methd' } }]);
  });
});
