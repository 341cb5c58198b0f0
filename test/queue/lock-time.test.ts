import { expect, it } from 'vitest';
import { takeLockTime } from '../../src/queue/lock-time.ts';

it.each([
  ['redis://host:6379/2', 'redis://host:6379/2', 30_000],
  ['redis://host?lock=5s', 'redis://host', 5_000],
  ['redis+cluster://a,b?lock=2', 'redis+cluster://a,b', 2_000],
  ['postgres://h/d?lock=90s&sslmode=verify-full', 'postgres://h/d?sslmode=verify-full', 90_000],
  ['postgres://h/d?sslmode=verify-full&lock=5m', 'postgres://h/d?sslmode=verify-full', 300_000],
  ['postgres://h/d?a=1&lock=5s&b=2', 'postgres://h/d?a=1&b=2', 5_000],
  ['embedded:/var/lib/queue', 'embedded:/var/lib/queue', 30_000],
])('of %s the server is told %s, and its locks last %i ms', (asked, url, lockMs) => {
  expect(takeLockTime(asked)).toEqual({ url, lockMs });
});

it.each(['', '1s', '301s', 'soon', '-5s'])('a lock of "%s" is refused, without the URL', (text) => {
  expect(() => takeLockTime(`redis://:secret@host?lock=${text}`)).toThrow(
    expect.objectContaining({ code: 'QUEUE_URL', message: expect.not.stringContaining('secret') }),
  );
});
