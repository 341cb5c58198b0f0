import { HostrollError } from '../terms.ts';

/** What connecting to a server failed of, in words; the code of the system stands where there are none. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closes the connection',
};

/** `QUEUE_UNREACHABLE`, with the reason in one sentence. `display` is the URL without its password. */
export function unreachable(display: string, error: unknown): HostrollError {
  const { code, message, errors, lastNodeError } = error as Partial<
    NodeJS.ErrnoException & { errors: { code?: string }[]; lastNodeError: unknown }
  >;
  // ioredis says of a cluster only that its nodes failed, and keeps what the last one said.
  if (lastNodeError !== undefined) return unreachable(display, lastNodeError);
  // Node gathers what several addresses of one name answered.
  const cause = code ?? errors?.[0]?.code ?? '';
  const reason = REASONS[cause] ?? ((message ?? '').replace(/\.+$/, '') || cause || 'unknown reason');
  return new HostrollError(
    'QUEUE_UNREACHABLE',
    `The queue ${display} cannot be used: ${reason}. Check the URL and that the server runs.`,
    { cause: error },
  );
}
