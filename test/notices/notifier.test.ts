import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publishEvent } from '../../src/batch/ledger/events-channel.ts';
import { attention, NOTICE_KINDS } from '../../src/notices/notice.ts';
import { type NoticeConfig, noticeTarget } from '../../src/notices/notice-target.ts';
import { type NoticeTarget, Notifier } from '../../src/notices/notifier.ts';
import { finished, started } from '../batch/ledger/batch-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LEDGER = '/state/batches/20260304-120000-ab12/ledger.jsonl';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const kinds = NOTICE_KINDS;

/** A receiver that answers with these statuses, then with 204; and what it was sent. */
async function receiver(...statuses: number[]) {
  const heard: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard.push({ headers: request.headers, body });
    response.writeHead(statuses.shift() ?? 204, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`, heard };
}

/** Tells the targets of a batch that begins and ends; resolves with the waits in between and with the log. */
async function tell(targets: readonly NoticeTarget[]) {
  const waits: number[] = [];
  const log: string[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const patient = (ms: number) =>
    ms === 10_000 ? new Promise<void>((done) => setTimeout(done, 5_000).unref()) : sleep(ms);
  const notifier = new Notifier(targets, {
    log: pino({}, { write: (line) => void log.push(line) }),
    sleep: patient,
  }).listen();
  publishEvent(LEDGER, started());
  publishEvent(LEDGER, finished());
  await notifier.close();
  publishEvent(LEDGER, finished());
  return { waits, log: log.join('') };
}
const webhook = (url: string, more: object = {}) =>
  noticeTarget({ kinds, url, format: 'standard', secret: undefined, ...more } as NoticeConfig, 1);

describe('a notifier', () => {
  it('posts what happens in order, signed as the standard has it, and hears no more once it is closed', async () => {
    const { url, heard } = await receiver();
    await tell([webhook(url, { secret: SECRET })]);
    const bodies = heard.map(({ body, headers }) =>
      new Webhook(SECRET).verify(body, headers as Record<string, string>),
    );
    expect(bodies).toMatchObject([{ type: 'batch.started' }, { type: 'batch.finished', data: { exit_code: 0 } }]);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  it('sends what was not taken again, with the same id, and redirects nowhere', async () => {
    const { url, heard } = await receiver(500, 302, 429);
    const { waits, log } = await tell([webhook(url)]);
    expect(waits).toEqual([1_000, 5_000, 30_000]);
    expect(new Set(heard.slice(0, 4).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(heard).toHaveLength(5);
    expect(log).toContain('it answered 302');
    expect(log).not.toContain('secret-path');
  });

  it('gives a notice up after some tries, and goes on with the next; one who is gone hears no more', async () => {
    const dead = webhook('http://127.0.0.1:1/secret-path');
    const { url, heard } = await receiver(410);
    const { log } = await tell([dead, webhook(url)]);
    expect(log.match(/notice_given_up/g)).toHaveLength(2);
    expect(log).toContain('ECONNREFUSED');
    expect(log).not.toContain('secret-path');
    expect(heard).toHaveLength(1);
  });

  it('says it in a line for those who show text, and only what they want to hear', async () => {
    const { url, heard } = await receiver();
    await tell([webhook(url, { format: 'slack', kinds: ['finished'] })]);
    expect(heard.map(({ body }) => JSON.parse(body))).toEqual([
      { text: 'hostroll: batch 20260304-120000-ab12 finished with exit code 0.' },
    ]);
  });

  it('tells what needs a person, whatever batches do', async () => {
    const { url, heard } = await receiver();
    const targets = ['standard', 'slack'].map((format) => webhook(url, { format, kinds: ['attention'] }));
    const notifier = new Notifier(targets, { log: pino({ level: 'silent' }), sleep: () => new Promise(() => {}) });
    publishEvent(LEDGER, finished());
    notifier.tell(attention('inventory', ['One ends.', 'One is stuck.'], Date.UTC(2026, 10, 27)));
    await notifier.close();
    const data = { needs: ['One ends.', 'One is stuck.'] };
    expect(heard.map(({ body }) => JSON.parse(body))).toEqual([
      { type: 'inventory.attention', timestamp: '2026-11-27T00:00:00.000Z', data },
      { text: 'hostroll: inventory: One ends. One is stuck.' },
    ]);
    expect(heard[0]?.headers['webhook-id']).toBe(`inventory.attention.${Date.UTC(2026, 10, 27)}.1`);
  });

  it('gives a program the notice on its standard input, and no more of the environment than it needs', async () => {
    const file = join(await tempFolder(), 'told');
    const script = 'cat >> "$1"; env | cut -d= -f1 | grep -v "^PWD$\\|^_$\\|^SHLVL$" | sort | tr "\\n" " " >> "$1"';
    const exec = ['/bin/sh', '-c', script, 'sh', file];
    const { log } = await tell([noticeTarget({ kinds: ['finished'], exec, env: { PATH: '/usr/bin:/bin' } }, 1)]);
    const [notice = '', names] = (await readFile(file, 'utf8')).split('\n');
    expect(JSON.parse(notice)).toMatchObject({ type: 'batch.finished' });
    expect(names?.trim()).toBe('HOSTROLL_BATCH HOSTROLL_NOTICE HOSTROLL_NOTICE_ID PATH');
    expect(log).toBe('');
  });
});
