/** What the API is asked with: a scoped token, or the older pair of account e-mail and global key. */
export type Credential = { kind: 'token'; token: string } | { kind: 'key'; email: string; key: string };

/** Headers that carry the credential. They exist only for the moment of the call and are never logged. */
export function authHeaders(credential: Credential): Record<string, string> {
  return credential.kind === 'token'
    ? { authorization: `Bearer ${credential.token}` }
    : { 'x-auth-email': credential.email, 'x-auth-key': credential.key };
}

/** The part of a credential that must not appear in any text. */
export const secretOf = (credential: Credential): string =>
  credential.kind === 'token' ? credential.token : credential.key;
