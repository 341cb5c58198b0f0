/** What the server said was wrong, as a sentence. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the server for a value. Rejects with `Refused`, or where it cannot be reached. */
export async function ask<T>(path: string, change?: object): Promise<T> {
  const init = change && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  };
  const answer = await fetch(path, init);
  const value = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
  if (!answer.ok) throw new Refused(answer.status, value.error);
  return value;
}

/** The token of the link, which is good once, becomes a cookie; it leaves the address, so that nobody copies it with that. */
export async function beginSession(): Promise<void> {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  await ask('/api/session', { token });
}
