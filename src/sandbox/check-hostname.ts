import { getPublicSuffix } from 'tldts';
import type { Json } from '../terms.ts';
import { ApiError } from './api-error.ts';

/** Names nobody can register, and characters a hostname cannot have. */
export const RESERVED_SUFFIX = /\.(test|example|invalid|localhost|local|onion|internal|arpa)$/i;
export const EXAMPLE_NAME = /(^|\.)example\.(com|net|org)$/i;
export const NOT_PLAIN = /[^\w.-]/;
export const NAME = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
export const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Throws the ApiError for a hostname that cannot be created (1407 to 1411). */
export function checkHostname(hostname: Json | undefined): string {
  if (typeof hostname !== 'string' || hostname === '' || hostname.length > 255) throw new ApiError(1407);
  if (/\P{ASCII}/u.test(hostname)) throw new ApiError(1408);
  const plain = hostname.replace(/^\*\./, '');
  if (IPV4.test(plain) || NOT_PLAIN.test(plain)) throw new ApiError(1407);
  if (RESERVED_SUFFIX.test(plain)) throw new ApiError(1409);
  if (EXAMPLE_NAME.test(plain)) throw new ApiError(1411);
  if (!NAME.test(plain)) throw new ApiError(1407);
  if (getPublicSuffix(plain) === plain.toLowerCase()) throw new ApiError(1410);
  return hostname.toLowerCase();
}
