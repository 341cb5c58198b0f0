import type { Code } from '../codes/code.ts';
import { type CallFailure, scrub } from './failure.ts';

/** Failures that happen before a request can be sent: name look-up, refused or timed-out connection, TLS handshake. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
]);

/** A call that got no whole answer. Whatever is not known to have failed before sending may have taken effect. */
export function networkFailure(error: unknown, timeoutMs: number, secrets: readonly string[]): CallFailure {
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string };
  const kind = typeof code === 'string' ? code : (name ?? 'unknown');
  if (name === 'TimeoutError' || kind === 'UND_ERR_HEADERS_TIMEOUT' || kind === 'UND_ERR_BODY_TIMEOUT') {
    return failure('CF_TIMEOUT', `No whole answer came within ${timeoutMs / 1_000} s.`, true);
  }
  const handshake = kind.startsWith('ERR_TLS_') || kind.includes('CERT') || kind.includes('SELF_SIGNED');
  return failure(
    'CF_NETWORK',
    `The connection to the API failed: ${scrub(message || kind, secrets)} (${kind}).`,
    !handshake && !BEFORE_SENDING.has(kind),
  );
}

const failure = (code: Code, message: string, perhapsApplied: boolean): CallFailure => ({
  category: 'network',
  code,
  message,
  perhaps_applied: perhapsApplied,
});
