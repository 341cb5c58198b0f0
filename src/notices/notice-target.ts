import { spawn } from 'node:child_process';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { SECOND } from '../terms.ts';
import { type Notice, type NoticeKind, noticeText } from './notice.ts';
import type { NoticeTarget } from './notifier.ts';

/** Who is to be told, as it is configured. */
export type NoticeConfig = { kinds: readonly NoticeKind[] } & (
  | { url: string; format: 'standard' | 'slack'; secret: string | undefined }
  /** Program and arguments; `env` is all of the environment that it gets. */
  | { exec: readonly string[]; env: Record<string, string> }
);

const TIMEOUT_MS = 15 * SECOND;
/** By the rules of Standard Webhooks the receiver wants no more. */
const GONE = 410;

/** `number`, from 1, names it in the log. */
export function noticeTarget(config: NoticeConfig, number: number): NoticeTarget {
  const { kinds } = config;
  return 'exec' in config
    ? { name: `exec ${number}`, kinds, send: (notice, id) => run(config, notice, id) }
    : { name: `webhook ${number}`, kinds, send: (notice, id) => post(config, notice, id) };
}

/**
 * Posts a notice as a Standard Webhook (https://www.standardwebhooks.com, 1.0.0), signed where there is a secret, or as a text
 * that Slack and those who speak like it show. Only 2xx is success; redirects are not followed.
 */
async function post(
  { url, format, secret }: Extract<NoticeConfig, { url: string }>,
  notice: Notice,
  id: string,
): Promise<'told' | 'gone'> {
  const body = JSON.stringify(format === 'slack' ? { text: noticeText(notice) } : notice);
  const sentAt = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / SECOND)),
    ...(secret === undefined ? {} : { 'webhook-signature': new Webhook(secret).sign(id, sentAt, body) }),
  };
  const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { statusCode, body: answer } = await request(url, { method: 'POST', headers, body, ...limits }).catch(
    (error: NodeJS.ErrnoException) => {
      // Messages of a client may repeat the URL.
      throw new Error(`it cannot be reached (${error.code ?? error.name})`);
    },
  );
  await answer.dump();
  if (statusCode >= 200 && statusCode < 300) return 'told';
  if (statusCode === GONE) return 'gone';
  throw new Error(`it answered ${statusCode}`);
}

/** Runs a program, without a shell, with the notice on its standard input. */
function run(
  { exec: [program = '', ...args], env }: Extract<NoticeConfig, { exec: readonly string[] }>,
  notice: Notice,
  id: string,
): Promise<'told'> {
  const named = {
    ...env,
    HOSTROLL_NOTICE: notice.type,
    HOSTROLL_NOTICE_ID: id,
    HOSTROLL_BATCH: String(notice.data.batch ?? ''),
  };
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: named,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  // It need not read it.
  child.stdin.on('error', () => {});
  child.stdin.end(`${JSON.stringify(notice)}\n`);
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`it cannot be started (${error.code ?? 'unknown error'})`)),
    );
    child.once('close', (status, signal) =>
      status === 0 ? resolve('told') : reject(new Error(`it ended with ${signal ?? `exit code ${status}`}`)),
    );
  });
}
