import { build } from 'rolldown';
import page from '../../rolldown.config.ts';

/** What browsers load, and the report's first screen, as the sources have it now; it takes some 0.1 s. */
export async function setup(): Promise<void> {
  await build(page as Parameters<typeof build>[0]);
}
