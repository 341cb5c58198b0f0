import { describe, expect, it } from 'vitest';
import { LOG_LEVELS } from '../../src/config/defaults.ts';
import { createLogger } from '../../src/config/logger.ts';

// A quote and a backslash are changed by JSON, which must not hide the secret from its removal.
const TOKEN = 'tok_9f8e"7d6c\\5b4a39281706f5';

/** A logger of this level, and what reached its stream. */
function logged(level: (typeof LOG_LEVELS)[number] = 'debug') {
  const lines: string[] = [];
  return { lines, log: createLogger({ write: (line: string) => void lines.push(line) }, level, [TOKEN, '']) };
}

describe('a log line', () => {
  it('never holds the token, wherever it got into', () => {
    const { log, lines } = logged();
    const cause = new Error(`refused ${TOKEN}`);
    log.info(`the token is ${TOKEN}`);
    log.error({ err: new Error(`Bearer ${TOKEN} is refused`, { cause }) });
    log.warn({ event: 'odd', call: { request: { auth: [`Bearer ${TOKEN}`] } } }, 'look at %s', TOKEN);
    log.info({ [TOKEN]: 1 });
    log.child({ lane: TOKEN }).info('child');
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      expect(line).not.toContain(JSON.stringify(TOKEN).slice(1, -1));
      expect(line).toContain('[secret removed]');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('holds none of the members that carry secrets, whatever their value', () => {
    const { log, lines } = logged();
    const secrets = {
      token: 'SECRET',
      key: 'SECRET',
      authorization: 'SECRET',
      custom_key: 'SECRET',
      body: { a: 'SECRET' },
    };
    log.info(secrets);
    log.info({ request: { ...secrets, headers: { cookie: 'SECRET' } } });
    expect(lines.join('')).not.toContain('SECRET');
    expect(lines.join('')).toContain('[redacted]');
  });

  it('holds no private key, however deep it lies', () => {
    const { log, lines } = logged();
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIESECRET\n-----END PRIVATE KEY-----\n';
    log.info({ job: { data: { body: { ssl: { custom_key: pem } } } } });
    log.error({ err: new Error(`cannot send ${JSON.stringify({ a: { b: { c: { d: [pem] } } } })}`) });
    log.warn({ a: { b: { c: { d: { e: [pem, pem.slice(0, 40)] } } } } });
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('SECRET');
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('is one line of JSON that says which process wrote it, also with line breaks in its text', () => {
    const { log, lines } = logged();
    log.info({ event: 'started' }, 'first\nsecond');
    expect(lines.join('').split('\n')).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ pid: process.pid, event: 'started', msg: 'first\nsecond' });
  });

  it.each(LOG_LEVELS)('below the level is not written: %s', (level) => {
    const { log, lines } = logged(level);
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each](each);
    expect(lines).toHaveLength(4 - LOG_LEVELS.indexOf(level));
  });

  it('is lost without harm where the log cannot be written', () => {
    const full = {
      write() {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
    };
    expect(() => createLogger(full, 'debug', []).error({ event: 'queue_error', error: 'down' })).not.toThrow();
  });

  it('says a trouble that goes on once, and later how often it was', () => {
    const lines: string[] = [];
    let now = 0;
    const log = createLogger({ write: (line: string) => void lines.push(line) }, 'debug', [], () => now);
    const fail = () => log.error({ event: 'lane_worker_error', error: 'the disk is full' });
    for (let tries = 0; tries < 1_000; tries++) fail();
    log.error({ event: 'lane_worker_error', error: 'another' });
    log.info({ event: 'started' });
    log.info({ event: 'started' });
    now = 31_000;
    fail();
    const said = lines.map((line) => JSON.parse(line) as { event: string; error?: string; repeated?: number });
    expect(said.map(({ event, error, repeated }) => [event, error, repeated])).toEqual([
      ['lane_worker_error', 'the disk is full', undefined],
      ['lane_worker_error', 'another', undefined],
      ['started', undefined, undefined],
      ['started', undefined, undefined],
      ['lane_worker_error', 'the disk is full', 999],
    ]);
  });
});
