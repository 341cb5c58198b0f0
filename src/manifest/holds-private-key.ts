import { createHash } from 'node:crypto';
import { type Bytes, readSource, unpack } from './source-bytes.ts';

/** The end of the first line of any private key in PEM, however the rest of the line reads. */
const MARK = 'PRIVATE KEY-----';

/** Whether the bytes of a manifest, plain or gzip, hold a private key anywhere, also where no row can be read. */
export async function holdsPrivateKeyText(bytes: Bytes): Promise<boolean> {
  let tail = '';
  for await (const chunk of unpack(readSource(bytes, createHash('sha256')))) {
    const text = tail + Buffer.from(chunk).toString('latin1');
    if (text.includes(MARK)) return true;
    tail = text.slice(-MARK.length);
  }
  return false;
}
