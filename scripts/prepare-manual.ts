import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { version } from '../src/coordinator/version.ts';
import { KNOWN_PATHS } from '../src/manifest/fields.ts';
import { entriesOf } from '../src/manual/entry.ts';
import { manPage } from '../src/manual/man-page.ts';
import { MAN_PAGE, PREPARED_COMMANDS, type Prepared } from '../src/manual/prepared.ts';
import { LIVE_PATHS } from '../src/select/live-fields.ts';
import { everyCommand } from './run.ts';
import { processTerminal } from './terminal.ts';

/** A part of the build: what completion and help go by, and the manual page, from the commands themselves. */
async function prepareManual(): Promise<void> {
  const shell = { env: {}, terminal: processTerminal(), interruptible: () => Promise.reject(new Error('not run')) };
  const commands = entriesOf(await everyCommand(shell));
  const prepared: Prepared = {
    commands,
    columns: KNOWN_PATHS,
    fields: LIVE_PATHS,
  };
  await mkdir(dirname(PREPARED_COMMANDS), { recursive: true });
  await writeFile(PREPARED_COMMANDS, JSON.stringify(prepared));
  await writeFile(MAN_PAGE, manPage(commands, { version }));
}

await prepareManual();
