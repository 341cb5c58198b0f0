import { stringifyExact } from '../json/exact-json.ts';
import { apiError } from './api-error.ts';
import type { Knobs } from './knobs.ts';

/** A finished HTTP answer; `code` is the API error code in it, 0 for none. */
export interface Answer {
  status: number;
  code: number;
  body: string;
  headers: Record<string, string>;
}

export interface ResultInfo {
  page: number;
  per_page: number;
  count: number;
  total_count: number;
  total_pages: number;
}

const JSON_TYPE = 'application/json; charset=UTF-8';

function messages(knobs: Knobs, text: string): unknown[] {
  if (text === '') return [];
  return [knobs.messages === 'strings' ? text : { code: 10_000, message: text }];
}

/** The envelope around a result. `message` is what the call itself has to say beyond the knob's text. */
export function success(
  knobs: Knobs,
  result: unknown,
  { status = 200, info, message = knobs.message }: { status?: number; info?: ResultInfo; message?: string } = {},
): Answer {
  return {
    status,
    code: 0,
    body: stringifyExact({
      result,
      ...(info === undefined ? {} : { result_info: info }),
      success: true,
      errors: [],
      messages: messages(knobs, message),
    }),
    headers: { 'content-type': JSON_TYPE },
  };
}

/** The envelope of an API error; its HTTP status is the code's own unless another is given. */
export function failure(
  knobs: Knobs,
  code: number,
  status = apiError(code).status,
  message = apiError(code).message,
): Answer {
  return {
    status,
    code,
    body: JSON.stringify({
      result: null,
      success: false,
      errors: [{ code, message }],
      messages: messages(knobs, knobs.message),
    }),
    headers: { 'content-type': JSON_TYPE },
  };
}

/** An answer without the envelope, as JSON. */
export function bare(value: unknown, status = 200): Answer {
  return {
    status,
    code: 0,
    body: JSON.stringify(value),
    headers: { 'content-type': JSON_TYPE },
  };
}

/** What stands before the API answers when it cannot: a page, not JSON. */
export function htmlPage(status: number): Answer {
  return {
    status,
    code: 0,
    body: `<html>\r\n<head><title>${status} Error</title></head>\r\n<body><center><h1>${status} Error</h1></center></body>\r\n</html>\r\n`,
    headers: { 'content-type': 'text/html' },
  };
}
