import type { ManifestCode } from '../codes/manifest-codes.ts';
import { parseCustomHostnameId, parseHostname, parseZoneId } from '../hostname/hostname-form.ts';
import { isExactNumber } from '../json/exact-json.ts';
import type { Json } from '../terms.ts';
import type { Field } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { holdsPem, holdsPrivateKey, quoteValue, WITHHELD } from './quote-value.ts';

interface Fault {
  code: ManifestCode;
  message: string;
}
/** A value in normal form, or everything that is wrong with it. */
export type CheckedValue = { ok: true; value: Json } | { ok: false; faults: Fault[] };

/** The SNI that takes the name the visitor asked for, instead of a fixed one. */
const REQUEST_HOST_HEADER = ':request_host_header:';

const INEXACT = 'the number is too large to be kept exactly; write it as a string';

const good = (value: Json): CheckedValue => ({ ok: true, value });
const fault = (code: ManifestCode, message: string): CheckedValue => ({ ok: false, faults: [{ code, message }] });
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
    case 'bundle':
    case 'pem_file':
    case 'pem':
    case 'csr_id':
      return typeof value === 'string' ? checkCertificate(field.kind, value) : wrongType('a string');
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
  const meant = values.every(isNumber) ? sameNumber(text, values) : didYouMean(text, values);
  const message = `${quoteValue(written)} is not one of: ${allowed}${meant}`;
  return fault('MANIFEST_BAD_VALUE', message);
}

const isNumber = (text: string): boolean => /^\d+\.\d+$/.test(text);

/** Of numbers the one that is equal, however it is written (1.20, 1,2, TLS 1.2): a near one could be a weaker one. */
function sameNumber(text: string, values: readonly string[]): string {
  const number = Number(/\d+(?:[.,]\d+)?/.exec(text)?.[0].replace(',', '.') ?? Number.NaN);
  const same = values.find((each) => Number(each) === number);
  return same === undefined ? '' : `; did you mean "${same}"?`;
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
  if (isExactNumber(value)) return fault('MANIFEST_BAD_VALUE', INEXACT);
  if (typeof value === 'object') return wrongType('a string, a number, a boolean or null');
  if (typeof value === 'string' && holdsPrivateKey(value)) {
    return fault('MANIFEST_SECRET_VALUE', 'the value holds a private key; remove it');
  }
  if (value === WITHHELD) {
    return fault('MANIFEST_SECRET_VALUE', 'here stood a private key, which was not written out; remove the value');
  }
  // JSON has no bounds for numbers, this process has: what cannot be sent as written is not sent at all.
  if (typeof value === 'number' && !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))) {
    return fault('MANIFEST_BAD_VALUE', INEXACT);
  }
  return good(value);
}

/** A bundle's name is the name of a folder or file, too, and must not lead elsewhere. */
/** `*` alone stands for whatever pair is for the hostname. */
const BUNDLE_NAME = /^(\*|(\*\.)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252})$/;
/** Cloudflare's ids: a UUID, or 32 hex digits. */
const CSR_ID = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/;
/** PATH_MAX of Linux. */
const PATH_MAX_LENGTH = 4_096;

/** Whether a bundle can have this name. */
export const isBundleName = (text: string): boolean => BUNDLE_NAME.test(text);

function checkCertificate(kind: 'bundle' | 'pem_file' | 'pem' | 'csr_id', text: string): CheckedValue {
  if (text.trim() === WITHHELD) {
    const message = 'here stood a certificate or key, which was not written out; name a bundle or the files instead';
    return fault('MANIFEST_SECRET_VALUE', message);
  }
  if (kind === 'pem') return good(text);
  const name = text.trim();
  if (holdsPem(name)) return fault('MANIFEST_SECRET_VALUE', 'the value is PEM text; name the file that holds it');
  if (kind === 'csr_id') {
    if (CSR_ID.test(name.toLowerCase())) return good(name.toLowerCase());
    return fault('MANIFEST_BAD_VALUE', `${quoteValue(name)} is not the id of a CSR (a UUID of 36 characters)`);
  }
  if (kind === 'bundle') {
    if (isBundleName(name)) return good(name);
    const form = "letters, digits, '.', '-' and '_', the first no '.' or '-'";
    return fault('MANIFEST_BAD_VALUE', `${quoteValue(name)} is not the name of a bundle: ${form}`);
  }
  if (name === '' || name.includes('\0') || name.length > PATH_MAX_LENGTH) {
    return fault('MANIFEST_BAD_VALUE', `${quoteValue(name)} is not the path of a file`);
  }
  return good(name);
}

function checkOrigin(kind: 'origin_server' | 'origin_sni', text: string): CheckedValue {
  if (kind === 'origin_sni' && text.trim() === REQUEST_HOST_HEADER) return good(REQUEST_HOST_HEADER);
  const parsed = parseHostname(text);
  if (!parsed.ok) return fault('MANIFEST_BAD_ORIGIN', `${quoteValue(text)} ${parsed.reason}`);
  if (!parsed.hostname.startsWith('*')) return good(parsed.hostname);
  return fault('MANIFEST_BAD_ORIGIN', `${quoteValue(text)} is a wildcard; an origin is one name`);
}
