import { existsSync } from 'node:fs';
import type { Bundle, BundleRef } from '../../certificate/bundle.ts';
import { IndexedLines } from '../../disk/indexed-lines.ts';
import { JsonLinesWriter, readJsonLines } from '../../disk/json-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import { replaceFile } from '../../disk/replace-file.ts';
import type { StoredBundle } from '../../lane/bundle-queue.ts';
import type { Sealed } from '../../secrets/seal.ts';
import type { SealKeyring } from '../../secrets/seal-keyring.ts';
import { sealBundle } from '../../secrets/sealed-bundle.ts';
import type { BatchId } from '../../terms.ts';

/** A line of `bundles.jsonl`: what is public of a bundle, and until its batch is finished the bundle itself, sealed. */
interface BundleLine {
  ref: BundleRef;
  sealed?: Sealed;
}

/** Writes the bundles of a batch to `bundles.jsonl` while its manifest is taken in, each sealed before it gets there. */
export class BundleWriter {
  readonly #path: string;
  readonly #batch: BatchId;
  readonly #keyring: SealKeyring;
  readonly #known = new KeyIndex();
  #writer: JsonLinesWriter | undefined;

  constructor({ path, batch, keyring }: { path: string; batch: BatchId; keyring: SealKeyring }) {
    this.#path = path;
    this.#batch = batch;
    this.#keyring = keyring;
  }

  /** Keeps a bundle; one that is kept already is not kept twice. Throws as the keyring does. */
  async keep(bundle: Bundle, ref: BundleRef): Promise<void> {
    if (this.#known.setIfAbsent(ref.id, 0) !== undefined) return;
    const sealed = await sealBundle(bundle, { batch: this.#batch, id: ref.id }, this.#keyring);
    this.#writer ??= await JsonLinesWriter.create(this.#path);
    this.#writer.write({ ref, sealed } satisfies BundleLine);
    await this.#writer.room();
  }

  /** Resolves when everything is on disk. */
  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }
}

/** What is public of the bundles of a batch, in the order in which its manifest brought them. */
export async function* bundleRefs(path: string): AsyncGenerator<BundleRef> {
  if (!existsSync(path)) return;
  for await (const { value } of readJsonLines<BundleLine>(path)) yield value.ref;
}

/** Takes the sealed keys out of `bundles.jsonl`, for when the batch is finished and nothing needs them any more. */
export async function dropSealed(path: string): Promise<void> {
  if (!existsSync(path)) return;
  await replaceFile(path, async (file) => {
    for await (const ref of bundleRefs(path)) await file.write(`${JSON.stringify({ ref } satisfies BundleLine)}\n`);
  });
}

/** The sealed bundles of a batch, found by their ids. A batch without bundles has none. */
export class BundleIndex {
  readonly #lines: IndexedLines<BundleLine>;

  private constructor(lines: IndexedLines<BundleLine>) {
    this.#lines = lines;
  }

  static async open(path: string): Promise<BundleIndex> {
    return new BundleIndex(await IndexedLines.open<BundleLine>(path, ({ ref }) => ref.id));
  }

  async read(id: string): Promise<StoredBundle | undefined> {
    const number = this.#lines.find(id);
    const { sealed } = number === undefined ? {} : await this.#lines.read(number);
    return sealed === undefined ? undefined : { id, sealed };
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}
