import { codesOf } from './meaning.ts';

/** Problems of the file: its reading ends, and nothing may be sent. */
export const MANIFEST_FILE_CODES = codesOf('usage', {
  MANIFEST_UNREADABLE: 'The file is missing, a folder, or may not be read. Check the path and its permissions.',
  MANIFEST_GZIP_BROKEN: 'The gzip data is cut off, damaged or followed by something else. Copy or pack the file again.',
  MANIFEST_TOO_LARGE: 'The manifest unpacks to more than is taken for honest. If that is meant, raise --max-manifest.',
  MANIFEST_NOT_UTF8:
    'The file holds bytes that are neither UTF-8 nor UTF-16 with its mark. Save it as UTF-8 (spreadsheets: "CSV UTF-8").',
  MANIFEST_NUL_BYTE: 'The file holds a NUL byte: it is no text file, or UTF-16. Save it as UTF-8 text.',
  MANIFEST_EMPTY: 'There is no row. Check that this is the right file.',
  MANIFEST_JSON_ARRAY:
    "The file is an answer of the API, or a JSON array that is broken or larger than 64 MiB. Write one object per line, as with: jq -c '.[]' file.json",
  MANIFEST_UNKNOWN_COLUMN:
    'A column or member has an unknown name (JSON lines: a problem of the row). Correct the name, or remove it.',
  MANIFEST_DUPLICATE_COLUMN: 'A column is there twice. Keep one of them.',
  MANIFEST_BROKEN_QUOTES:
    'A double quote is not closed or in a wrong place, or a record is longer than 1 MiB. Put the whole cell in quotes, and double the quotes inside.',
  MANIFEST_SECRET_COLUMN:
    'A certificate or key itself is in a CSV column, or in an unknown member (JSON lines: a problem of the row). Remove it, from every copy of the file.',
});

/** Problems of one row. */
export const MANIFEST_ROW_CODES = codesOf('usage', {
  MANIFEST_ROW_TOO_LONG: 'The line is longer than 1 MiB. Shorten it, or look for a missing line break.',
  MANIFEST_CELL_COUNT:
    'The row has more or fewer cells than the header. Complete it; quote cells that hold the delimiter.',
  MANIFEST_BROKEN_JSON: 'The line is not valid JSON, or nested too deeply. Correct it at the place that is named.',
  MANIFEST_DUPLICATE_KEY: 'A member of a JSON row is there twice. Keep one of them.',
  MANIFEST_NOT_AN_OBJECT: 'The line is JSON, but not an object. Write {…}.',
  MANIFEST_WRONG_TYPE: 'A JSON value has the wrong type. Write the type that is named.',
  MANIFEST_SECRET_VALUE:
    'A value holds a private key or PEM where a name belongs, or <withheld>. Remove it, from every copy of the file.',
  MANIFEST_NO_NAME: 'The row names neither hostname nor id. Fill in one of them.',
  MANIFEST_BAD_HOSTNAME: 'It is not a hostname that the API takes. Correct it as the message says.',
  MANIFEST_BAD_ID: 'It is not a UUID of 36 characters. Copy the id from the API or the dashboard.',
  MANIFEST_BAD_ZONE_ID: "It is not 32 hex digits. Copy the zone id from the zone's overview.",
  MANIFEST_BAD_VALUE:
    'It is not one of the allowed values, or a number that cannot be kept exactly. Use an allowed value; write large numbers as text.',
  MANIFEST_BAD_ORIGIN: 'The origin is not a hostname, or a wildcard. Correct it; <clear> or null unsets it.',
  MANIFEST_BAD_METADATA_KEY: 'A metadata key is empty or unusable (CSV: a problem of the file). Rename it.',
  MANIFEST_CANNOT_CLEAR: 'The field cannot be cleared with <clear> or null. Leave it out.',
  MANIFEST_NO_CHANGE: 'The row changes nothing and asks for no recheck. Fill in a field, or remove the row.',
  MANIFEST_RECHECK_WITH_CHANGE:
    'The row asks for a recheck together with a change. An ssl change rechecks anyway: use one of them.',
  MANIFEST_WILDCARD_HTTP: 'A wildcard certificate cannot be validated by http. Use txt.',
  MANIFEST_CIPHERS_WITH_TLS_1_3:
    'Ciphers cannot be chosen with TLS 1.3 as the minimum. Leave one of the two out of the row.',
  MANIFEST_METADATA_TOO_LARGE: 'The row has more than 4,096 bytes of metadata. Shorten it.',
  MANIFEST_BUNDLE_TWICE: 'The certificate is named in two ways. Keep one: bundle, files, or inline.',
  MANIFEST_BUNDLE_INCOMPLETE:
    'A certificate has no key or CSR, a key no certificate, or both a key and a CSR are given. Complete the pair.',
  MANIFEST_BUNDLE_WITH_AUTHORITY:
    'The row has a certificate of your own and ssl.certificate_authority. Leave one of the two out.',
  MANIFEST_DUPLICATE_HOSTNAME:
    'An earlier row, good or bad, is for the same hostname in the same zone; a row without zone_id may be for any zone. Keep one row, or name the zones.',
  MANIFEST_DUPLICATE_ID: 'An earlier row is for the same id. Keep one row.',
});

export type ManifestCode = keyof typeof MANIFEST_FILE_CODES | keyof typeof MANIFEST_ROW_CODES;
