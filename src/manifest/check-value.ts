import { parseCustomHostnameId, parseHostname, parseZoneId } from '../hostname/hostname-form.ts';
import type { Json } from '../terms.ts';
import type { Field } from './fields.ts';
import { didYouMean } from './nearest.ts';
import type { ProblemCode } from './problem.ts';
import { holdsPrivateKey, quoteValue, WITHHELD } from './quote-value.ts';

interface Fault {
  code: ProblemCode;
  message: string;
}
/** A value in normal form, or everything that is wrong with it. */
export type CheckedValue = { ok: true; value: Json } | { ok: false; faults: Fault[] };

/** The SNI that takes the name the visitor asked for, instead of a fixed one. */
const REQUEST_HOST_HEADER = ':request_host_header:';

const good = (value: Json): CheckedValue => ({ ok: true, value });
const fault = (code: ProblemCode, message: string): CheckedValue => ({ ok: false, faults: [{ code, message }] });
const wrongType = (wanted: string): CheckedValue => fault('MANIFEST_WRONG_TYPE', `the value must be ${wanted}`);

/** Checks one value of a JSON manifest; a CSV cell is translated to that first. */
export function checkValue(field: Field, value: Json): CheckedValue {
  if (value === null) return checkNull(field);
  switch (field.kind) {
    case 'hostname':
    case 'custom_hostname_id':
    case 'zone_id':
      return typeof value === 'string' ? checkName(field.kind, value) : wrongType('a string');
    case 'flag':
    case 'boolean':
      return checkBoolean(value);
    case 'choice':
      return typeof value === 'string' ? checkChoice(field.values ?? [], value) : wrongType('a string');
    case 'ciphers':
      return checkCiphers(field.values ?? [], value);
    case 'metadata':
      return checkMetadata(value);
    case 'origin_server':
    case 'origin_sni':
      return typeof value === 'string' ? checkOrigin(field.kind, value) : wrongType('a string');
    default:
      return field.kind satisfies never;
  }
}

const checkNull = (field: Field): CheckedValue =>
  field.clearable
    ? good(null)
    : fault(
        'MANIFEST_CANNOT_CLEAR',
        'this field cannot be cleared; only metadata keys, custom_origin_server and custom_origin_sni can',
      );

function checkName(kind: 'hostname' | 'custom_hostname_id' | 'zone_id', text: string): CheckedValue {
  if (kind === 'hostname') {
    const parsed = parseHostname(text);
    return parsed.ok ? good(parsed.hostname) : fault('MANIFEST_BAD_HOSTNAME', `${quoteValue(text)} ${parsed.reason}`);
  }
  if (kind === 'zone_id') {
    const zone = parseZoneId(text);
    return zone ? good(zone) : fault('MANIFEST_BAD_ZONE_ID', `${quoteValue(text)} is not a zone id (32 hex digits)`);
  }
  const id = parseCustomHostnameId(text);
  if (id) return good(id);
  return fault('MANIFEST_BAD_ID', `${quoteValue(text)} is not a custom hostname id (a UUID of 36 characters)`);
}

function checkBoolean(value: Json): CheckedValue {
  if (typeof value === 'boolean') return good(value);
  if (typeof value !== 'string') return wrongType('true or false');
  return fault('MANIFEST_BAD_VALUE', `${quoteValue(value)} is neither true nor false`);
}

function checkChoice(values: readonly string[], written: string): CheckedValue {
  // White space alone is not the empty string, which is a choice of its own.
  const text = written.trim() || written;
  if (values.includes(text)) return good(text);
  const allowed = values.map((each) => (each === '' ? '<default> (in JSONL: "")' : each)).join(', ');
  const message = `${quoteValue(written)} is not one of: ${allowed}${didYouMean(text, values)}`;
  return fault('MANIFEST_BAD_VALUE', message);
}

function checkCiphers(known: readonly string[], value: Json): CheckedValue {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    return wrongType('an array of cipher names');
  }
  if (value.length === 0) return fault('MANIFEST_BAD_VALUE', 'no cipher is named');
  const faults = value
    .filter((cipher) => !known.includes(cipher))
    .map((cipher): Fault => {
      const message = `${quoteValue(cipher)} is not a cipher that can be chosen${didYouMean(cipher, known)}`;
      return { code: 'MANIFEST_BAD_VALUE', message };
    });
  return faults.length > 0 ? { ok: false, faults } : good(value);
}

function checkMetadata(value: Json): CheckedValue {
  if (typeof value === 'object') return wrongType('a string, a number, a boolean or null');
  if (typeof value === 'string' && holdsPrivateKey(value)) {
    return fault('MANIFEST_SECRET_VALUE', 'the value holds a private key; remove it');
  }
  if (value === WITHHELD) {
    return fault('MANIFEST_SECRET_VALUE', 'here stood a private key, which was not written out; remove the value');
  }
  // JSON has no bounds for numbers, this process has: what cannot be sent as written is not sent at all.
  if (typeof value === 'number' && !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))) {
    return fault('MANIFEST_BAD_VALUE', 'the number is too large to be kept exactly; write it as a string');
  }
  return good(value);
}

function checkOrigin(kind: 'origin_server' | 'origin_sni', text: string): CheckedValue {
  if (kind === 'origin_sni' && text.trim() === REQUEST_HOST_HEADER) return good(REQUEST_HOST_HEADER);
  const parsed = parseHostname(text);
  if (!parsed.ok) return fault('MANIFEST_BAD_ORIGIN', `${quoteValue(text)} ${parsed.reason}`);
  if (!parsed.hostname.startsWith('*')) return good(parsed.hostname);
  return fault('MANIFEST_BAD_ORIGIN', `${quoteValue(text)} is a wildcard; an origin is one name`);
}
