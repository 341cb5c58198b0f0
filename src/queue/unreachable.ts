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
  const { code, message, errors } = error as { code?: string; message?: string; errors?: { code?: string }[] };
  // Node gathers what several addresses of one name answered.
  const cause = code ?? errors?.[0]?.code ?? '';
  const reason = REASONS[cause] ?? ((message ?? '').replace(/\.+$/, '') || cause || 'unknown reason');
  return new HostrollError(
    'QUEUE_UNREACHABLE',
    `The queue ${display} cannot be used: ${reason}. Check the URL and that the server runs.`,
    { cause: error },
  );
}
