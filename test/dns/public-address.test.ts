import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/dns/public-address.ts';

/** An IPv4 address inside `network` (dotted, with its bits), its other bits drawn. */
const within = (network: string, bits: number) =>
  fc.nat(2 ** (32 - bits) - 1).map((rest) => {
    const base = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const number = base + rest;
    return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  });

describe('an address is never taken for public', () => {
  it.each([
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['100.64.0.0', 10],
    ['0.0.0.0', 8],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
    ['192.0.2.0', 24],
    ['198.18.0.0', 15],
  ] as [string, number][])('in %s/%i, in whatever form it is written', (network, bits) => {
    fc.assert(
      fc.property(within(network, bits), (address) => {
        const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
        const [high, low] = [`${hex[0]}${hex[1]}`, `${hex[2]}${hex[3]}`];
        for (const form of [
          address,
          `::ffff:${address}`,
          `::ffff:${high}:${low}`,
          `64:ff9b::${address}`,
          `2002:${high}:${low}::1`,
        ]) {
          expect(isPublicAddress(form), form).toBe(false);
        }
      }),
    );
  });

  it.each([
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '168.63.129.16',
  ])('as %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('that is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[0-9a-fA-F.:x]+$/.test(text));
        expect(isPublicAddress(text)).toBe(false);
      }),
    );
  });

  it('while those of the Internet are', () => {
    for (const address of ['1.1.1.1', '8.8.8.8', '104.16.1.1', '::ffff:1.1.1.1', '2606:4700::1111', '2a00:1450::1']) {
      expect(isPublicAddress(address), address).toBe(true);
    }
  });
});
