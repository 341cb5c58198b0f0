import type { Credential } from '../cloudflare/credential.ts';
import type { Env } from './inputs.ts';
import type { ConfigProblems } from './problems.ts';

/** A header cannot carry these, and a token with a line break in it is a file read with its newline. */
const UNSENDABLE = /[^\x21-\x7e]/;

/**
 * The credential from `CLOUDFLARE_API_TOKEN`, else from `CLOUDFLARE_EMAIL` and `CLOUDFLARE_API_KEY`. Only from the
 * environment: flags end up in process lists and shell histories.
 */
export function readCredential(env: Env, problems: ConfigProblems): Credential | undefined {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_EMAIL: email, CLOUDFLARE_API_KEY: key } = env;
  if (token) return sendable('CLOUDFLARE_API_TOKEN', token, problems) ? { kind: 'token', token } : undefined;
  if (email && key) {
    const good = [sendable('CLOUDFLARE_EMAIL', email, problems), sendable('CLOUDFLARE_API_KEY', key, problems)];
    return good.every(Boolean) ? { kind: 'key', email, key } : undefined;
  }
  if (email || key) {
    problems.add(
      `${email ? 'CLOUDFLARE_API_KEY' : 'CLOUDFLARE_EMAIL'} is not set, but its other half is; set both, or CLOUDFLARE_API_TOKEN.`,
    );
  } else {
    problems.add(
      'No credential: set CLOUDFLARE_API_TOKEN (permission "SSL and Certificates: Edit" on the zone), or list credentials in hostroll.config.json.',
    );
  }
  return undefined;
}

/** Whether a header can carry it. */
export const isSendable = (value: string): boolean => !UNSENDABLE.test(value);

function sendable(name: string, value: string, problems: ConfigProblems): boolean {
  if (isSendable(value)) return true;
  problems.add(`${name} contains a space, a line break or another character that no credential has.`);
  return false;
}
