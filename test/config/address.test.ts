import { expect, it } from 'vitest';
import { parseAddress } from '../../src/config/address.ts';

it.each([
  ['9464', { host: '127.0.0.1', port: 9464 }],
  [':9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['10.0.0.5:9464', { host: '10.0.0.5', port: 9464 }],
  ['metrics.internal:9464', { host: 'metrics.internal', port: 9464 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

it.each([
  '',
  'x',
  '70000',
  '127.0.0.1',
  'http://127.0.0.1:9464',
  '127.0.0.1:9464/metrics',
  'user@127.0.0.1:9464',
  '-1',
])('"%s" is none', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});
