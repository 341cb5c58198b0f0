import type { Code } from '../codes/code.ts';
import { parseExact } from '../json/exact-json.ts';
import * as z from '../json/zod.ts';
import { waitAsked } from './asked-wait.ts';
import type { CallFailure, FailureCategory } from './failure.ts';
import { scrub } from './failure.ts';

/** An HTTP answer as it came. */
export interface RawAnswer {
  status: number;
  body: string;
  retryAfter?: string | undefined;
  cfRay?: string | undefined;
}

/** The parts of a good envelope. */
export interface Envelope {
  result: unknown;
  result_info: z.infer<typeof RESULT_INFO> | undefined;
}

/**
 * Codes of a refused credential, whatever the status: malformed or missing headers, an unknown key, an invalid token, a
 * token without the permission. Other codes under 403 can be about one row (2005: quota of custom certificates).
 */
const CREDENTIAL_CODES = new Set([6003, 6111, 9103, 9106, 9109, 10000, 10001]);

const ERROR = z.object({
  code: z.number().catch(0),
  message: z.string().catch(''),
  source: z
    .object({ pointer: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const RESULT_INFO = z.object({
  page: z.number().optional().catch(undefined),
  per_page: z.number().optional().catch(undefined),
  count: z.number().optional().catch(undefined),
  total_count: z.number().optional().catch(undefined),
});

const ENVELOPE = z.object({
  success: z.boolean(),
  errors: z.array(ERROR).nullish(),
  result: z.unknown(),
  result_info: RESULT_INFO.nullish().catch(undefined),
});

/**
 * Takes an answer apart. `success: false` is a failure whatever the HTTP status says; a body that is not an envelope is
 * the edge speaking, not the API. `secrets` never survive into a message.
 */
export function openEnvelope(
  answer: RawAnswer,
  secrets: readonly string[],
): { ok: true; envelope: Envelope } | { ok: false; failure: CallFailure } {
  const parsed = parseEnvelope(answer.body);
  if (parsed?.success === true && answer.status < 400) {
    const { result, result_info } = parsed;
    return { ok: true, envelope: { result, result_info: result_info ?? undefined } };
  }
  const errors = (parsed?.errors ?? []).map(
    ({ source, message, code }): EnvelopeError => ({
      code,
      message: scrub(message, secrets),
      at: source?.pointer === undefined ? '' : `, at ${scrub(source.pointer, secrets)}`,
    }),
  );
  const category = categorise(answer.status, errors, parsed !== undefined);
  const wait = waitAsked(answer.retryAfter, Date.now());
  const failure: CallFailure = {
    category,
    code: codeOf(category, answer.status, errors, parsed !== undefined),
    message: messageOf(answer, errors, parsed !== undefined),
    http_status: answer.status,
    perhaps_applied: category === 'server',
    ...(wait === undefined ? {} : { retry_after_ms: wait.ms }),
    ...(wait?.asked === undefined ? {} : { retry_after_asked: scrub(wait.asked, secrets) }),
  };
  return { ok: false, failure };
}

/** One entry of the envelope's `errors`; `at`: which place of the request it names, as a clause. */
interface EnvelopeError {
  code: number;
  message: string;
  at: string;
}

function parseEnvelope(body: string): z.infer<typeof ENVELOPE> | undefined {
  try {
    return ENVELOPE.safeParse(parseExact(body)).data;
  } catch {
    return undefined;
  }
}

/**
 * By HTTP status first, since codes differ over time and products (429 alone came with 971, 10100, 10300, 10429). A 14xx
 * code is about the row, and so is a 403 with any other code that is not the credential's, or without an API error: that
 * one is the edge in front of the API, which refuses single bodies.
 */
function categorise(status: number, errors: EnvelopeError[], isEnvelope: boolean): FailureCategory {
  if (status === 429) return 'rate_limited';
  if (status === 408 || status >= 500) return 'server';
  if (errors.some(({ code }) => code >= 1400 && code < 1500)) return 'final';
  const unexplained = isEnvelope && errors.every(({ code }) => code === 0);
  if (status === 401 || (status === 403 && unexplained)) return 'stop';
  if (errors.some(({ code }) => CREDENTIAL_CODES.has(code))) return 'stop';
  // A good status and an error contradict each other: what was done cannot be told.
  return status < 400 ? 'server' : 'final';
}

function codeOf(category: FailureCategory, status: number, errors: EnvelopeError[], isEnvelope: boolean): Code {
  if (category === 'rate_limited') return 'CF_RATE_LIMITED';
  if (category === 'stop') return 'CF_UNAUTHORIZED';
  if (status < 400 && category === 'server') return 'CF_BAD_ANSWER';
  if (category === 'server') return isEnvelope ? 'CF_SERVER_ERROR' : 'CF_EDGE_ERROR';
  if (status === 403 && !isEnvelope) return 'CF_EDGE_REFUSED';
  const first = errors.find(({ code }) => code !== 0);
  return first === undefined ? `CF_HTTP_${status}` : `CF_${first.code}`;
}

function messageOf(answer: RawAnswer, errors: EnvelopeError[], isEnvelope: boolean): string {
  const said = errors
    .filter(({ message }) => message !== '')
    // Cloudflare ends some messages with their code.
    .map(({ code, message, at }) => `${message.replace(` (Code: ${code})`, '')} (${code}${at})`);
  if (said.length > 0) return said.join('; ');
  if (!isEnvelope && answer.status === 403) {
    const ray = answer.cfRay === undefined ? '' : `, ray ${answer.cfRay}`;
    return `The edge in front of the API refused this one request (HTTP 403${ray}); a value in it may look like an attack to its firewall, as HTML in metadata does.`;
  }
  if (!isEnvelope && answer.status >= 400) return `The edge answered HTTP ${answer.status} without an API error.`;
  if (!isEnvelope) return `The answer under HTTP ${answer.status} is not what the API sends.`;
  return `The API answered HTTP ${answer.status} without saying why.`;
}
