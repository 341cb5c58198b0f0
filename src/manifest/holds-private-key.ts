import { createHash } from 'node:crypto';
import { fromUtf16 } from './checked-text.ts';
import { holdsPrivateKey, PRIVATE_KEY_MARK } from './quote-value.ts';
import { type Bytes, readSource, unpack } from './source-bytes.ts';

/** Whether the bytes of a manifest, plain or gzip, hold a private key anywhere, also where no row can be read. */
export async function holdsPrivateKeyText(bytes: Bytes): Promise<boolean> {
  let tail = '';
  for await (const chunk of fromUtf16(unpack(readSource(bytes, createHash('sha256'))))) {
    const text = tail + Buffer.from(chunk).toString('latin1');
    if (holdsPrivateKey(text)) return true;
    tail = text.slice(-PRIVATE_KEY_MARK.length);
  }
  return false;
}
