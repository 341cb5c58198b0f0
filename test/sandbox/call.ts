import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { WireHostname } from '../../src/sandbox/wire-hostname.ts';

/** What came back of one call; `result` is undefined where the body is not an envelope. */
export interface Reply<Result = WireHostname> {
  status: number;
  headers: Headers;
  result: Result;
  code: number | undefined;
  envelope: Record<string, unknown>;
}

/** One call to a simulator, with its token, path below the API's base. */
export const call = async <Result = WireHostname>(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply<Result>> => {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const envelope = (await response.json()) as Record<string, unknown>;
  const errors = envelope.errors as { code: number }[] | undefined;
  return {
    status: response.status,
    headers: response.headers,
    result: envelope.result as Result,
    code: errors?.[0]?.code,
    envelope,
  };
};

/** Path of the custom hostnames of the first zone, or of one of them. */
export const hostnamesPath = (sandbox: Sandbox, id = ''): string =>
  `/zones/${sandbox.zones[0]?.id}/custom_hostnames${id === '' ? '' : `/${id}`}`;
