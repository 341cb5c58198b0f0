import type { Bundle } from '../certificate/bundle.ts';
import * as z from '../json/zod.ts';
import { type BatchId, HostrollError } from '../terms.ts';
import { type Sealed, seal, unseal } from './seal.ts';
import type { SealKeyring } from './seal-keyring.ts';

/** What a worker needs of a bundle in the moment of its call. */
const PAIRS = z
  .array(z.object({ certificate: z.string(), key: z.string().optional(), csr_id: z.string().optional() }))
  .min(1)
  .max(2);
export type OpenPairs = z.infer<typeof PAIRS>;

/** A sealed bundle opens for its own batch and under its own id only: in the place of another it is worth nothing. */
const boundTo = (batch: BatchId, id: string): string => `hostroll bundle v1\n${batch}\n${id}`;

/** Seals certificates and keys of a bundle for one batch. Throws as the keyring does. */
export async function sealBundle(
  { pairs }: Bundle,
  { batch, id }: { batch: BatchId; id: string },
  keyring: SealKeyring,
): Promise<Sealed> {
  const plain = Buffer.from(JSON.stringify(pairs.map(({ facts: _, ...pair }) => pair)));
  try {
    return seal(plain, await keyring.sealing(), boundTo(batch, id));
  } finally {
    plain.fill(0);
  }
}

/** Opens a sealed bundle. Throws as the keyring does, and `SEALED_BUNDLE_DAMAGED`. What comes out is to be dropped at once. */
export async function openBundle(
  sealed: Sealed,
  { batch, id }: { batch: BatchId; id: string },
  keyring: SealKeyring,
): Promise<OpenPairs> {
  const plain = unseal(sealed, await keyring.opening(sealed.key), boundTo(batch, id));
  if (plain === undefined) {
    throw new HostrollError(
      'SEALED_BUNDLE_DAMAGED',
      `The sealed certificates ${id} of batch ${batch} were changed since they were sealed; plan the batch again.`,
    );
  }
  try {
    return PAIRS.parse(JSON.parse(plain.toString('utf8')));
  } finally {
    plain.fill(0);
  }
}
