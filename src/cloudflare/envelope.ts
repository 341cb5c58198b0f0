import { z } from 'zod';
import type { ApiError, CallFailure, FailureCategory } from './failure.ts';
import { scrub } from './failure.ts';

/** An HTTP answer as it came. */
export interface RawAnswer {
  status: number;
  body: string;
  retryAfter?: string | undefined;
}

/** The parts of a good envelope. */
export interface Envelope {
  result: unknown;
  result_info: z.infer<typeof RESULT_INFO> | undefined;
  messages: string[];
}

/** Codes of a refused credential that come under other statuses than 401 and 403. */
const CREDENTIAL_CODES = new Set([6003, 6111, 9106, 9109, 10000]);

const ERROR = z.object({
  code: z.number().catch(0),
  message: z.string().catch(''),
  documentation_url: z.string().optional().catch(undefined),
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
  total_pages: z.number().optional().catch(undefined),
});

/** Newer endpoints send messages as strings, older ones as objects. */
const MESSAGE = z.union([z.string(), z.object({ message: z.string() }).transform((entry) => entry.message)]);

const ENVELOPE = z.object({
  success: z.boolean(),
  errors: z.array(ERROR).nullish(),
  messages: z.array(MESSAGE).nullish().catch(undefined),
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
    const { result, result_info, messages } = parsed;
    return { ok: true, envelope: { result, result_info: result_info ?? undefined, messages: messages ?? [] } };
  }
  const errors = (parsed?.errors ?? []).map(
    ({ source, message, code, documentation_url }): ApiError => ({
      code,
      message: scrub(message, secrets),
      ...(documentation_url === undefined ? {} : { documentation_url: scrub(documentation_url, secrets) }),
      ...(source?.pointer === undefined ? {} : { pointer: scrub(source.pointer, secrets) }),
    }),
  );
  const category = categorise(answer.status, errors, parsed !== undefined);
  const failure: CallFailure = {
    category,
    code: codeOf(category, answer.status, errors, parsed !== undefined),
    message: messageOf(answer, errors, parsed !== undefined),
    http_status: answer.status,
    errors,
    perhaps_applied: category === 'server',
  };
  const wait = retryAfterMs(answer.retryAfter);
  if (wait !== undefined) failure.retry_after_ms = wait;
  return { ok: false, failure };
}

function parseEnvelope(body: string): z.infer<typeof ENVELOPE> | undefined {
  try {
    return ENVELOPE.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/**
 * By HTTP status first, since codes differ over time and products (429 alone came with 971, 10100, 10300, 10429). A 403
 * with a 14xx code is about the row (quota, entitlement); any other is about the credential.
 */
function categorise(status: number, errors: ApiError[], isEnvelope: boolean): FailureCategory {
  if (status === 429) return 'rate_limited';
  if (status === 408 || status >= 500) return 'server';
  const aboutRow = errors.some(({ code }) => code >= 1400 && code < 1500);
  const refused = status === 401 || status === 403 || errors.some(({ code }) => CREDENTIAL_CODES.has(code));
  if (refused && !aboutRow) return 'stop';
  // Under a good status: a failure without errors, or no envelope at all, says nothing about what was done.
  if (status < 400 && (!isEnvelope || errors.length === 0)) return 'server';
  return 'final';
}

function codeOf(category: FailureCategory, status: number, errors: ApiError[], isEnvelope: boolean): string {
  if (category === 'rate_limited') return 'CF_RATE_LIMITED';
  if (category === 'stop') return 'CF_UNAUTHORIZED';
  if (status < 400 && category === 'server') return 'CF_BAD_ANSWER';
  if (category === 'server') return isEnvelope ? 'CF_SERVER_ERROR' : 'CF_EDGE_ERROR';
  const first = errors.find(({ code }) => code !== 0);
  return first === undefined ? `CF_HTTP_${status}` : `CF_${first.code}`;
}

function messageOf(answer: RawAnswer, errors: ApiError[], isEnvelope: boolean): string {
  const said = errors.filter(({ message }) => message !== '').map(({ code, message }) => `${message} (${code})`);
  if (said.length > 0) return said.join('; ');
  if (!isEnvelope && answer.status >= 400) return `The edge answered HTTP ${answer.status} without an API error.`;
  if (!isEnvelope) return `The answer under HTTP ${answer.status} is not what the API sends.`;
  return `The API answered HTTP ${answer.status} without saying why.`;
}

/** `retry-after` in whole seconds; the HTTP date form is not sent by this API. */
function retryAfterMs(header: string | undefined): number | undefined {
  const seconds = Number(header?.trim() || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
