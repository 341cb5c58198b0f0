/**
 * Chance without state: every number is a function of what it is drawn for, so that a run can be repeated and nothing
 * has to be stored that can be drawn again.
 */

/** Mixes integers to 32 uniform bits (the finalizer of MurmurHash3, https://github.com/aappleby/smhasher). */
export function bits(...numbers: number[]): number {
  let hash = 0x9e3779b9;
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) + 0x6d2b79f5;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 32 bits of a text (FNV-1a), to use as one of the numbers of a draw. */
export function textBits(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A fraction from 0 to just below 1. */
export const fraction = (...numbers: number[]): number => bits(...numbers) / 0x1_0000_0000;

/** A number from `low` to just below `high`. */
export function between(low: number, high: number, ...numbers: number[]): number {
  return low + (high - low) * fraction(...numbers);
}

/** One of `choices`, which must not be empty. */
export function choice<T>(choices: readonly [T, ...T[]], ...numbers: number[]): T {
  return choices[Math.floor(fraction(...numbers) * choices.length)] ?? choices[0];
}

/** `length` lower-case hex digits. */
export function hexText(length: number, ...numbers: number[]): string {
  const bytes = Buffer.allocUnsafe(Math.ceil(length / 8) * 4);
  for (let word = 0; word * 4 < bytes.length; word += 1) bytes.writeUInt32BE(bits(word, ...numbers), word * 4);
  return bytes.toString('hex').slice(0, length);
}

/** A random (version 4) UUID. */
export function uuid(...numbers: number[]): string {
  const hex = hexText(32, ...numbers);
  const variant = '89ab'[bits(4, ...numbers) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `length` characters of the URL-safe base64 alphabet, as ACME tokens have them. */
export function tokenText(length: number, ...numbers: number[]): string {
  let text = '';
  for (let word = 0; text.length < length; word += 1) {
    const drawn = bits(word, ...numbers);
    for (let shift = 0; shift < 30; shift += 6) text += BASE64URL[(drawn >>> shift) & 63];
  }
  return text.slice(0, length);
}
