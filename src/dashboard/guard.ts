import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** What the page may load and do: its own files, and nothing else of anybody. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * Keeps everybody but the person who started the page from it. A link that is good once carries a token where no server and
 * no log sees it, behind `#`; the page turns it into a cookie. Other sites are kept out by the names that the page goes by
 * (DNS rebinding), by the origin of every change, by `Sec-Fetch-Site` (what another site lets a browser load), and
 * by the absence of CORS.
 */
export class Guard {
  /** To be shown to the person, in the link. */
  readonly token = randomBytes(32).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');
  readonly #readOnly: boolean;
  #port = 0;
  #isUsed = false;

  constructor({ readOnly }: { readOnly: boolean }) {
    this.#readOnly = readOnly;
  }

  /** The port that the page is served on, once it is known. */
  servedOn(port: number): void {
    this.#port = port;
  }

  /** Browsers share cookies among all ports of a machine. */
  get #cookie(): string {
    return `hostroll_${this.#port}`;
  }

  /** What every request is held to, whatever it asks for. */
  readonly everywhere: MiddlewareHandler = async (context, next) => {
    const { req } = context;
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    const host = req.header('host') ?? '';
    if (!['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${this.#port}`).includes(host))
      return context.text('This page is served to this machine alone, under its own name.\n', 421);
    const site = req.header('sec-fetch-site') ?? 'none';
    const isNavigation = req.method === 'GET' && req.header('sec-fetch-mode') === 'navigate';
    if (site !== 'same-origin' && site !== 'none' && !isNavigation)
      return context.text('Other sites may not use this page.\n', 403);
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      if (req.header('origin') !== `http://${host}`) return context.text('Changes come from the page itself.\n', 403);
      if (this.#readOnly && req.path !== SESSION_PATH)
        return context.text('The page was started with --read-only.\n', 405, { allow: 'GET, HEAD' });
    }
    return next();
  };

  /** Of everything that tells of batches. */
  readonly withSession: MiddlewareHandler = async (context, next) => {
    if (context.req.path !== SESSION_PATH && !same(getCookie(context, this.#cookie) ?? '', this.#session))
      return context.json({ error: 'Open the page by the link that "hostroll ui" printed.' }, 401);
    return next();
  };

  /** Turns the token into the cookie, once. */
  readonly begin: MiddlewareHandler = async (context) => {
    const { token } = await context.req.json<{ token?: unknown }>().catch(() => ({ token: undefined }));
    if (this.#isUsed || typeof token !== 'string' || !same(token, this.token))
      return context.json({ error: 'That link was used already. Start "hostroll ui" again for another.' }, 401);
    this.#isUsed = true;
    setCookie(context, this.#cookie, this.#session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.json({ ok: true });
  };
}

export const SESSION_PATH = '/api/session';

/** Compared in a time that does not tell where they differ. */
function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
