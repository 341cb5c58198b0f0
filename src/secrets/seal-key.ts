import { createHash } from 'node:crypto';

/** A key that private keys of certificates are sealed with. */
export interface SealKey {
  /** Tells which key a sealed value needs; says nothing of the key itself. */
  id: string;
  bytes: Buffer;
}

/** AES-256. */
export const SEAL_KEY_BYTES = 32;

const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** The key that `bytes` are. */
export const sealKey = (bytes: Buffer): SealKey => ({
  id: createHash('sha256').update('hostroll seal key').update(bytes).digest('hex').slice(0, 16),
  bytes,
});

/**
 * Keys as a variable or a file holds them: 32 bytes each, in base64 or hex, with commas or white space between. The first
 * seals, all of them open. Undefined where anything of it is no key.
 */
export function parseSealKeys(text: string): [SealKey, ...SealKey[]] | undefined {
  const keys = text.split(/[\s,]+/).filter((part) => part !== '');
  if (!keys.every((key) => HEX.test(key) || BASE64.test(key))) return undefined;
  const [first, ...others] = keys.map((key) => sealKey(Buffer.from(key, HEX.test(key) ? 'hex' : 'base64')));
  return first === undefined ? undefined : [first, ...others];
}
