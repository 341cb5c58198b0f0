import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { DoctorOptions } from '../dcv/doctor.ts';
import { HostrollError } from '../terms.ts';
import { dashboardApp } from './app.ts';
import { readAssets } from './assets.ts';
import type { Acts } from './control.ts';
import { Guard } from './guard.ts';
import { OpenBatches } from './open-batches.ts';

export interface PageOptions {
  /** Folder of the batches. */
  state: string;
  /** 0 for any that is free. */
  port: number;
  readOnly: boolean;
  version: string;
  acts: Acts;
  look: DoctorOptions;
}

export interface Page {
  /** Opens the page, once. */
  link: string;
  port: number;
  close(): Promise<void>;
}

/** Serves the page on this machine alone. Throws `ADDRESS_REFUSED`. */
export async function servePage({ state, port, ...options }: PageOptions): Promise<Page> {
  const guard = new Guard(options);
  const batches = new OpenBatches(state);
  const app = dashboardApp({ batches, guard, assets: await readAssets(), ...options });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: Error) => {
    const message = `The page cannot be served on port ${port} (${error.message}); give another with --port.`;
    throw new HostrollError('ADDRESS_REFUSED', message, { cause: error });
  });
  const served = (server.address() as AddressInfo).port;
  guard.servedOn(served);
  return {
    port: served,
    link: `http://127.0.0.1:${served}/#token=${guard.token}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await batches.close();
    },
  };
}
