import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Bundle, BundleRef } from '../../certificate/bundle.ts';
import { JsonLinesWriter, readJsonLineAt, readJsonLines } from '../../disk/json-lines.ts';
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

/** Finds sealed bundles by their ids, with about 50 bytes in memory for each. */
export class BundleIndex {
  readonly #file: FileHandle | undefined;
  readonly #byId = new KeyIndex();
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];

  private constructor(file: FileHandle | undefined) {
    this.#file = file;
  }

  /** Opens `bundles.jsonl`; a batch without bundles has none. */
  static async open(path: string): Promise<BundleIndex> {
    const index = new BundleIndex(existsSync(path) ? await open(path, 'r') : undefined);
    if (index.#file === undefined) return index;
    for await (const { value, offset, length } of readJsonLines<BundleLine>(path)) {
      index.#byId.set(value.ref.id, index.#offsets.push(offset) - 1);
      index.#lengths.push(length);
    }
    return index;
  }

  async read(id: string): Promise<StoredBundle | undefined> {
    const number = this.#byId.get(id);
    if (number === undefined || this.#file === undefined) return undefined;
    const line = await readJsonLineAt<BundleLine>(this.#file, this.#offsets[number] ?? 0, this.#lengths[number] ?? 0);
    return line.sealed === undefined ? undefined : { id, sealed: line.sealed };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
