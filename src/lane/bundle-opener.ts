import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { QueueBackend } from '../queue/queue-backend.ts';
import type { Sealed } from '../secrets/seal.ts';
import type { SealKeyring } from '../secrets/seal-keyring.ts';
import { type OpenPairs, openBundle } from '../secrets/sealed-bundle.ts';
import { type BatchId, HostrollError } from '../terms.ts';
import { BatchQueues } from './batch-queues.ts';
import { BundleQueue } from './bundle-queue.ts';

/** Sealed bundles that a worker keeps, so that rows that share one fetch it once. */
const KEPT = 50;

/** Bundles as a worker needs them: fetched by id, kept sealed for a while, opened for every call. */
export class BundleOpener {
  readonly #keyring: SealKeyring;
  readonly #sealed = new LRUCache<string, Sealed>({ max: KEPT });
  readonly #queues: BatchQueues<BundleQueue>;

  constructor({ backend, keyring, log }: { backend: QueueBackend; keyring: SealKeyring; log: Logger }) {
    this.#keyring = keyring;
    this.#queues = new BatchQueues((batch) => new BundleQueue(backend, batch, log));
  }

  /** Certificates and keys of a bundle; to be dropped after the call. Throws `BUNDLE_MISSING`, and as `openBundle` does. */
  async open(batch: BatchId, id: string): Promise<OpenPairs> {
    const name = `${batch}/${id}`;
    const sealed = this.#sealed.get(name) ?? (await this.#queues.use(batch, (queue) => queue.get(id)));
    if (sealed === undefined) {
      throw new HostrollError('BUNDLE_MISSING', `The queue no longer has the certificates ${id} of batch ${batch}.`);
    }
    this.#sealed.set(name, sealed);
    return openBundle(sealed, { batch, id }, this.#keyring);
  }

  async close(): Promise<void> {
    this.#sealed.clear();
    await this.#queues.close();
  }
}
