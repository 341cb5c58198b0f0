import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/config/inputs.ts';
import { readNamedQueue } from '../../src/config/state-config.ts';
import { readSubmitOptions, type SubmitFlags } from '../../src/config/submit-options.ts';

const QUEUE = 'redis://queue.internal';
const options = (flags: SubmitFlags, env: Env = {}) => readSubmitOptions({ queue: QUEUE, ...flags }, env);

describe('what a batch is submitted with', () => {
  it('waits as long as apply does where nothing is said', () => {
    expect(options({})).toEqual({ queue: QUEUE, skipInvalid: false, waitMs: 60_000 });
  });

  it('takes flags before the environment', () => {
    const env = { HOSTROLL_QUEUE: 'redis://other', CLOUDFLARE_ZONE_ID: 'acme-store.net' };
    expect(readSubmitOptions({}, env)).toMatchObject({ queue: 'redis://other', zones: ['acme-store.net'] });
    expect(options({ zone: ['acme-shop.net'] }, env)).toMatchObject({ queue: QUEUE, zones: ['acme-shop.net'] });
  });

  it.each<[string, SubmitFlags, RegExp]>([
    ['a wait beyond a week', { wait: '169h' }, /^--wait must be a time .* at most 168h, not "169h"\.$/],
    ['what is no zone', { zone: ['acme store'] }, /^--zone must be a zone's id/],
    ['--in-pack, as it can bring no certificate', { inPack: true }, /^--in-pack replaces .* "hostroll apply"/],
    ['the embedded queue', { queue: 'embedded:/tmp/queue' }, /belongs to one process/],
  ])('refuses %s', (_, flags, sentence) => {
    expect(() => options(flags)).toThrow(sentence);
  });

  it('needs a queue that is named', () => {
    expect(() => readNamedQueue({}, { HOSTROLL_QUEUE: '' }, 'to set up')).toThrow(
      'Name the queue to set up with --queue or HOSTROLL_QUEUE.',
    );
  });
});
