import type { WorkOptions } from '../config/work-options.ts';
import { HostrollError } from '../terms.ts';
import { type Attendance, ownEngine } from './engine.ts';
import { sayBatches } from './say-batches.ts';

/** Makes calls for batches that run elsewhere, until `interrupt`. Throws `QUEUE_EXCLUSIVE`. */
export function work({ config, concurrency }: WorkOptions, { command, interrupt, say }: Attendance): Promise<void> {
  return ownEngine(config, { command, concurrency })(async ({ backend }) => {
    if (backend.exclusive) {
      throw new HostrollError(
        'QUEUE_EXCLUSIVE',
        'The embedded queue belongs to one process; workers need a server: --queue redis://… or postgres://….',
      );
    }
    const names = config.lanes.map(({ name }) => name).join(', ');
    say(`Working for ${backend.name} on ${names}, ${concurrency} calls side by side at most. Ctrl-C ends it.`);
    await sayBatches(backend, { interrupt, say });
  });
}
