import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from '../json/zod.ts';
import type { SealKey } from './seal-key.ts';

const CIPHER = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D recommends; random, which is safe for 2^32 values under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A sealed value as it is stored: the id of its key, and nonce and ciphertext with its tag, in base64. */
export const SEALED = z.object({ v: z.literal(1), key: z.string(), nonce: z.string(), data: z.string() });
export type Sealed = z.infer<typeof SEALED>;

/** Seals `plain` with AES-256-GCM. It opens again only with the same `bound` text, which is authenticated with it. */
export function seal(plain: Buffer, { id, bytes }: SealKey, bound: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(bound));
  const data = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { v: 1, key: id, nonce: nonce.toString('base64'), data: data.toString('base64') };
}

/** What was sealed; undefined where key or `bound` are others, or the value is not what was sealed. The caller wipes it. */
export function unseal(sealed: Sealed, { bytes }: SealKey, bound: string): Buffer | undefined {
  const data = Buffer.from(sealed.data, 'base64');
  const nonce = Buffer.from(sealed.nonce, 'base64');
  if (data.length < TAG_BYTES || nonce.length !== NONCE_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
  const plain = decipher.update(data.subarray(0, data.length - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return undefined;
  }
}
