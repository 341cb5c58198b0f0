import type { Logger } from 'pino';
import { CloudflareClient } from '../cloudflare/client.ts';
import type { Credential } from '../cloudflare/credential.ts';
import { type LaneWorker, startLaneWorker } from '../lane/lane-worker.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import type { SealKeyring } from '../secrets/seal-keyring.ts';

/**
 * A lane worker, with the client it calls through. On the embedded queue it runs inside the coordinator's process, as
 * that queue belongs to one process.
 */
export function runLane(parts: {
  backend: QueueBackend;
  lane: string;
  /** Most calls side by side. */
  concurrency: number;
  baseUrl: string;
  credential: Credential;
  version: string;
  /** Opens the bundles of rows that bring certificates. */
  keyring: SealKeyring;
  log: Logger;
}): LaneWorker {
  const { backend, lane, concurrency, baseUrl, credential, version, keyring, log } = parts;
  const client = new CloudflareClient({ baseUrl, credential, userAgent: `hostroll/${version}` });
  const worker = startLaneWorker({ backend, lane, client, concurrency, keyring, log });
  return {
    close: async () => {
      await worker.close();
      await client.close();
    },
  };
}
