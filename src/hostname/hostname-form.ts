import { domainToASCII, domainToUnicode } from 'node:url';
import type { CustomHostnameId, Hostname, ZoneId } from '../terms.ts';
import { ZONE_ID } from '../terms.ts';

type Refused = { ok: false; reason: string };
export type ParsedHostname = { ok: true; hostname: Hostname } | Refused;

/** The API answers 1407 from 256 characters on. */
const HOSTNAME_MAX_LENGTH = 255;
/** RFC 1035, section 2.3.4. */
const LABEL_MAX_LENGTH = 63;
/** Top-level names that RFC 2606 reserves; the API answers 1409. */
const RESERVED_TOP_LEVEL = new Set(['test', 'example', 'invalid', 'localhost']);
/** The API answers 1411 for these and for every name below them. */
const RESERVED_DOMAIN = /(?:^|\.)example\.(?:com|net|org)$/;

/** The letters, digits and hyphens of RFC 1123, with nothing left to normalise and no A-label left to check. */
const PLAIN_NAME =
  /^(?:\*\.)?(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!xn--)[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/;
/** Characters that IDN mapping drops without a trace, so that two names that look different would become one. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/**
 * What no label can hold by IDNA2008 (RFC 5892): anything but letters, marks and digits in lower case and the few exceptions
 * to that. The mapping of URLs lets curly quotes, symbols and emoji through.
 */
const DISALLOWED = /[^-.\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u3007\u30fb]/u;
const FORBIDDEN_ASCII = /[^a-z0-9.\-_*\u0080-\uffff]/;

const refuse = (reason: string): Refused => ({ ok: false, reason });

/**
 * Brings a hostname into normal form: outer white space and one trailing dot off, lower case, A-labels, a wildcard only
 * as the whole first label. Refuses what the API refuses whatever the zone (1407 to 1411); `reason` reads on after the
 * name: "has no dot, …".
 */
export function parseHostname(text: string): ParsedHostname {
  const lower = text.trim().toLowerCase();
  const name = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (name.length > HOSTNAME_MAX_LENGTH) return refuse(`is longer than ${HOSTNAME_MAX_LENGTH} characters`);
  if (PLAIN_NAME.test(name)) return checkReserved(name);

  const early = reasonBeforeMapping(name);
  if (early !== undefined) return refuse(early);
  const wildcard = name.startsWith('*.');
  const base = wildcard ? name.slice(2) : name;
  const ascii = base.includes('xn--') || /[^\0-\x7f]/.test(base) ? mapped(base) : base;
  const disallowed = ascii === undefined ? undefined : DISALLOWED.exec(domainToUnicode(ascii))?.[0];
  if (disallowed !== undefined) return refuse(`has a character that names cannot have (${JSON.stringify(disallowed)})`);
  const labelProblem = reasonOfLabels(ascii);
  if (labelProblem.reason !== undefined) return refuse(labelProblem.reason);
  const normal = (wildcard ? '*.' : '') + labelProblem.name;
  if (normal.length > HOSTNAME_MAX_LENGTH) return refuse(`is longer than ${HOSTNAME_MAX_LENGTH} characters`);
  return checkReserved(normal);
}

/** `domainToASCII` is the lenient mapping of URLs: it answers '' where it fails, and everything it lets through is checked again. */
const mapped = (base: string): string | undefined => domainToASCII(base) || undefined;

/** What must be refused before the mapping, which would decode, reinterpret or drop it. */
function reasonBeforeMapping(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/^\[|:.*:/.test(name)) return 'is an IP address; a custom hostname is a name';
  if (/:\/\/|\//.test(name)) return 'is not a bare name; write it without scheme and path';
  if (/:\d*$/.test(name)) return 'has a port; write the name alone';
  if (/\s/.test(name)) return 'has white space inside';
  if (INVISIBLE.test(name)) return 'has an invisible character inside';
  const forbidden = FORBIDDEN_ASCII.exec(name)?.[0];
  if (forbidden !== undefined) return `has a character that names cannot have (${JSON.stringify(forbidden)})`;
  if (name.includes('_')) return 'has an underscore, which a custom hostname cannot have';
  if (name.lastIndexOf('*') > 0 || (name.startsWith('*') && !name.startsWith('*.'))) {
    return 'has a * in the wrong place; a wildcard is the whole first label, as in *.shop.net';
  }
  return undefined;
}

function reasonOfLabels(name: string | undefined): { name?: string; reason?: string } {
  if (name === undefined) return { reason: 'is not a valid internationalised name' };
  const labels = name.split('.');
  const last = labels[labels.length - 1] ?? '';
  if (NUMBER.test(last)) return { reason: 'is an IP address or ends in a number; a custom hostname is a name' };
  for (const label of labels) {
    if (label === '') return { reason: 'has an empty label (two dots in a row, or a dot at the start)' };
    if (label.length > LABEL_MAX_LENGTH) return { reason: `has a label longer than ${LABEL_MAX_LENGTH} characters` };
    if (!LABEL.test(label))
      return { reason: 'has a label that starts or ends with a hyphen, or a character that names cannot have' };
  }
  if (labels.length === 1) return { reason: 'has no dot; a custom hostname is a full name such as shop.acme.net' };
  return { name };
}

function checkReserved(name: string): ParsedHostname {
  const topLevel = name.slice(name.lastIndexOf('.') + 1);
  if (RESERVED_TOP_LEVEL.has(topLevel)) return refuse(`ends in .${topLevel}, which is reserved and never resolves`);
  if (RESERVED_DOMAIN.test(name))
    return refuse('is under example.com, example.net or example.org, which the API refuses');
  return { ok: true, hostname: name as Hostname };
}

/** 32 hex digits, in any case; undefined for anything else. */
export function parseZoneId(text: string): ZoneId | undefined {
  const id = text.trim().toLowerCase();
  return ZONE_ID.test(id) ? (id as ZoneId) : undefined;
}

/** A UUID in its 36-character form, in any case; undefined for anything else. */
export function parseCustomHostnameId(text: string): CustomHostnameId | undefined {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? (id as CustomHostnameId) : undefined;
}
