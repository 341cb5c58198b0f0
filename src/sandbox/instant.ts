import { HostrollError } from '../terms.ts';

/** RFC 3339 with the API's six fractional digits, of Unix milliseconds. */
export const instant = (unixMs: number): string => `${new Date(unixMs).toISOString().slice(0, -1)}000Z`;

/** Unix milliseconds of an instant in a loaded hostname; throws `SANDBOX_INSTANT` for a text that is none. */
export function unixMs(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new HostrollError('SANDBOX_INSTANT', `"${text}" is not an instant such as 2026-01-31T12:00:00Z.`);
  return ms;
}
