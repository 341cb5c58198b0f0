import { build, type RolldownOptions } from 'rolldown';
import files from '../../rolldown.config.ts';

/** What browsers load, and the report's first screen, as the sources have it now; it takes some 0.1 s. */
export async function setup(): Promise<void> {
  const page = (files as RolldownOptions[]).filter(({ output }) => JSON.stringify(output).includes('dist/page/'));
  await build(page as Parameters<typeof build>[0]);
}
