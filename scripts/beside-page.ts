import type { DoctorFlags } from '../src/config/doctor-flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import type { Shell } from './shell.ts';

/** Carries a command out, with the page of its state folder beside it where `--ui` asks for that; the page ends with it. */
export async function besidePage<T>(
  flags: Flags & DoctorFlags & { ui?: boolean },
  shell: Shell,
  carryOut: () => Promise<T>,
): Promise<T> {
  if (flags.ui !== true) return carryOut();
  // Its libraries take time that others need not give.
  const { showPage } = await import('./page.ts');
  const { state } = readStateConfig(flags, shell.env);
  const page = await showPage({ state, flags }, shell);
  return carryOut().finally(page.close);
}
