import { expect, test } from 'vitest';
import { everyCommand } from '../../scripts/run.ts';
import { commandsPage } from '../../src/manual/commands-page.ts';
import { entriesOf } from '../../src/manual/entry.ts';
import { idleShell } from '../support/shell.ts';

test('docs/commands.md shows the commands as they are ("npm run docs" makes it again)', async () => {
  const entries = entriesOf(await everyCommand(idleShell()));
  await expect(commandsPage(entries)).toMatchFileSnapshot('../../docs/commands.md');
}, 60_000);
