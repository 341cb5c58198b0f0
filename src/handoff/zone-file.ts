import { dnsRecords, TTL } from './dns-records.ts';
import type { Group } from './grouping.ts';
import { leftOutText, remarks } from './remarks.ts';

/** A character-string of a TXT record holds this many bytes (RFC 1035, section 3.3). */
const STRING_MAX_BYTES = 255;

/**
 * Records in the master file format of RFC 1035, to be added to the zone that is there: absolute names, a TTL each, no
 * SOA and no directive, so that it may stand anywhere in a zone file or be included by one.
 */
export function zoneFile({ handOffs }: Group): string {
  const { records, leftOut } = dnsRecords(handOffs);
  const lines = [
    ...handOffs.flatMap((handOff) => remarks(handOff).map(comment)),
    ...leftOut.map((record) => comment(`not a DNS record, or already answered for: ${leftOutText(record)}`)),
    ...records.flatMap(({ name, type, values }) =>
      values.map((value) => {
        const data = type === 'CNAME' ? absoluteName(value) : quotedStrings(value);
        return `${absoluteName(name)} ${TTL} IN ${type} ${data}`;
      }),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const comment = (text: string): string => `; ${text}`;

/** Bytes outside of what names are made of are written as `\DDD`. */
const absoluteName = (name: string): string =>
  `${[...Buffer.from(name)].map((byte) => (/[\w.*-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : decimal(byte))).join('')}.`;

/** The value as quoted strings, cut where one is full. */
export function quotedStrings(value: string): string {
  const bytes = Buffer.from(value);
  const strings: string[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += STRING_MAX_BYTES) {
    strings.push(`"${[...bytes.subarray(from, from + STRING_MAX_BYTES)].map(quotedByte).join('')}"`);
  }
  return strings.join(' ');
}

function quotedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  return byte < 0x20 || byte > 0x7e ? decimal(byte) : character;
}

const decimal = (byte: number): string => `\\${String(byte).padStart(3, '0')}`;
