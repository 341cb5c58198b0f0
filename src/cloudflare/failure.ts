import type { Code } from '../codes/code.ts';
/**
 * Why a call brought no result, as a value. `category` decides what happens next (see retry.ts), `code` is stable and
 * is what reports group by, `message` is one sentence for a person, free of secrets.
 */
export interface CallFailure {
  category: FailureCategory;
  code: Code;
  message: string;
  http_status?: number;
  /** The server's own wish, from `retry-after`, within bounds (asked-wait.ts). */
  retry_after_ms?: number;
  /** That wish as it was written, where it is beyond the bounds. */
  retry_after_asked?: string;
  /** The `cf-ray` header of the answer: what Cloudflare's support asks for. */
  cf_ray?: string;
  /** False only where the request certainly never reached the API; else a PATCH may have taken effect. */
  perhaps_applied: boolean;
}

/**
 * - `rate_limited` HTTP 429: the whole credential must wait
 * - `server`       HTTP 408 and 5xx, also as HTML from the edge; answers that are cut off, make no sense, contradict
 *                  themselves or are about something else than was asked
 * - `network`      no answer: refused, reset, timed out
 * - `final`        the request itself is refused: any other 4xx, 409 and every 14xx code included
 * - `stop`         the credential is refused, so every other row is likely to be, too
 */
export type FailureCategory = 'rate_limited' | 'server' | 'network' | 'final' | 'stop';

/** Longest text of the API that is kept. */
const MESSAGE_MAX_CHARS = 500;

/** A PEM block, also one whose end is cut off; and whatever stands before the end of one whose beginning is. */
const PEM = /-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g;
const PEM_TAIL = /^[\s\S]*-----END [^-]*-----/;

/** Runs of base64 this long are looked for in the secrets: the API may repeat a piece of a key, cut off anywhere. */
const RUN = /[A-Za-z0-9+/=_-]{12,}/g;

/** Text of the API made safe to keep: PEM blocks and the given secrets removed, control characters too, length bounded. */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret removed]');
  clean = clean
    .replaceAll('\\n', '\n')
    .replace(PEM, '[PEM removed]')
    .replace(PEM_TAIL, '[PEM removed]')
    .replace(RUN, (run) => (secrets.some((secret) => secret.includes(run)) ? '[secret removed]' : run))
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return clean.length > MESSAGE_MAX_CHARS ? `${clean.slice(0, MESSAGE_MAX_CHARS)}…` : clean;
}

/** An answer that is not what the API sends: whether it did what was asked cannot be told. */
export const badAnswer = (httpStatus: number, message: string): CallFailure => ({
  category: 'server',
  code: 'CF_BAD_ANSWER',
  message,
  http_status: httpStatus,
  perhaps_applied: true,
});
