import { duplicateKey } from '../json/duplicate-key.ts';
import { parseExact } from '../json/exact-json.ts';
import { jsonValues } from '../json/json-values.ts';
import type { Json, JsonObject } from '../terms.ts';
import { PAIRS_PATH } from './bundle-wish.ts';
import {
  findField,
  findJsonField,
  GROUPS,
  isRemark,
  isSecretPath,
  KNOWN_PATHS,
  metadataKeyFault,
  SECRET_SENTENCE,
} from './fields.ts';
import type { FinishRow } from './finish-row.ts';
import { holdsFirstLine } from './format.ts';
import { jsonLines, type ManifestLine } from './json-lines.ts';
import { didYouMean } from './nearest.ts';
import { FileProblem } from './problem.ts';
import { isShowableName, quoteValue } from './quote-value.ts';
import type { ManifestEntry } from './row.ts';
import { addProblem, newDraft, type RowDraft } from './row-draft.ts';
import { setField } from './set-field.ts';
import { type Bytes, peek } from './source-bytes.ts';
import { isUnread, notePaths, type UnreadColumns } from './unread-columns.ts';

/** A row has three levels; a million would parse, and overflow the stack of whatever walks over the row later. */
const MAX_DEPTH = 32;

/** An array has to be in memory as a whole; some 300,000 rows. */
const DOCUMENT_MAX_BYTES = 64 * 1_024 * 1_024;
/** How a file begins that is not one object per line: an array, or an object over several lines. */
const DOCUMENT = /^\s*(?:\[|\{\s*[\r\n])/;
/** How an answer of the API begins. */
const ENVELOPE = /^\s*\{\s*"(?:result|success|errors|messages|result_info)"\s*:/;

/**
 * The entries of a JSON manifest, in groups: one object per line, or an array or objects over any number of lines. Throws
 * `FileProblem` where it is neither.
 */
export async function* jsonEntries(
  text: Bytes,
  finish: FinishRow,
  { unread, onNotes }: { unread: UnreadColumns; onNotes(paths: readonly string[]): void },
): AsyncGenerator<ManifestEntry[]> {
  const { head, rest } = await peek(text, holdsFirstLine);
  const beginning = head.toString('utf8');
  if (ENVELOPE.test(beginning)) {
    const message =
      "the file is an answer of the API, not rows; make rows of it, for example with: jq -c '.result[] | {hostname, recheck: true}'";
    throw new FileProblem('MANIFEST_JSON_ARRAY', message);
  }
  let row = 0;
  for await (const lines of DOCUMENT.test(beginning) ? documentLines(rest) : jsonLines(rest)) {
    yield lines.map((line) => entryOf(line, ++row, finish, { unread, onNotes }));
  }
}

/** Each value of a JSON document as if it stood on a line of its own. */
async function* documentLines(bytes: Bytes): AsyncGenerator<ManifestLine[]> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > DOCUMENT_MAX_BYTES) {
      const message =
        "a JSON array of this size cannot be read; write one object per line, for example with: jq -c '.[]'";
      throw new FileProblem('MANIFEST_JSON_ARRAY', message);
    }
    parts.push(part);
  }
  for (const value of jsonValues(Buffer.concat(parts).toString('utf8'))) {
    if (value === undefined)
      throw new FileProblem('MANIFEST_JSON_ARRAY', 'the JSON does not end as it began; it was cut off');
    yield [value];
  }
}

function entryOf(
  { line, text }: ManifestLine,
  row: number,
  finish: FinishRow,
  { unread, onNotes }: { unread: UnreadColumns; onNotes(paths: readonly string[]): void },
): ManifestEntry {
  const draft = newDraft(row, line);
  if (text === undefined) {
    draft.unread = true;
    addProblem(draft, 'MANIFEST_ROW_TOO_LONG', 'the line is longer than 1 MiB');
    return finish(draft);
  }
  const source = parseObject(draft, text);
  if (source === undefined) {
    draft.unread = true;
    return finish(draft);
  }
  onNotes(notePaths(source, unread));
  readMembers(draft, read(source, unread), []);
  return finish(draft, source);
}

/** The members that are to be read. */
function read(source: JsonObject, unread: UnreadColumns): JsonObject {
  const isField = (key: string): boolean =>
    findJsonField(key) !== undefined || GROUPS.has(key) || isSecretPath(key) || key === 'custom_metadata';
  return Object.fromEntries(Object.entries(source).filter(([key]) => !isUnread(key, isField(key), unread)));
}

function parseObject(draft: RowDraft, text: string): JsonObject | undefined {
  let value: Json;
  try {
    value = parseExact(text) as Json;
  } catch (error) {
    // The engine's message quotes the text around the fault, which may be a key; only the position is taken from it.
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : ` at character ${Number(position) + 1} of the line`;
    addProblem(draft, 'MANIFEST_BROKEN_JSON', `the line is not valid JSON${where}`);
    return undefined;
  }
  if (!isShallow(value, MAX_DEPTH)) {
    addProblem(draft, 'MANIFEST_BROKEN_JSON', `the line is nested deeper than ${MAX_DEPTH} levels`);
    return undefined;
  }
  const twice = duplicateKey(text, value);
  if (twice !== undefined) {
    addProblem(draft, 'MANIFEST_DUPLICATE_KEY', `the member ${quoteValue(twice)} is there twice; keep one of them`);
    return undefined;
  }
  const object = asObject(value);
  if (object !== undefined) return object;
  addProblem(draft, 'MANIFEST_NOT_AN_OBJECT', 'the line is JSON, but not an object: write one {…} per line');
  return undefined;
}

const isShallow = (value: Json, depth: number): boolean =>
  value === null ||
  typeof value !== 'object' ||
  (depth > 0 && Object.values(value).every((each) => isShallow(each, depth - 1)));

function readMembers(draft: RowDraft, object: JsonObject, parents: readonly string[]): void {
  const group = parents.join('.');
  for (const key of Object.keys(object)) {
    const path = group === '' ? key : `${group}.${key}`;
    const value = object[key];
    if (value === undefined || (group === '' && isRemark(key))) continue;
    if (path === PAIRS_PATH && !key.includes('.')) readPairs(draft, value, [...parents, key]);
    else if (isSecretPath(path) && (key.includes('.') || findJsonField(path) === undefined)) {
      addProblem(draft, 'MANIFEST_SECRET_COLUMN', SECRET_SENTENCE, isShowableName(path) ? path : group);
    } else if (group === 'custom_metadata') readMetadata(draft, key, path, value);
    else readMember(draft, key, path, value, parents);
  }
}

/** One or two objects, each with the certificate and key of a pair. */
function readPairs(draft: RowDraft, value: Json, parents: readonly string[]): void {
  const pairs = Array.isArray(value) ? value.map(asObject) : [];
  if (pairs.length < 1 || pairs.length > 2 || pairs.includes(undefined)) {
    addProblem(draft, 'MANIFEST_WRONG_TYPE', 'the value must be an array of one or two objects', PAIRS_PATH);
    return;
  }
  for (const [at, pair] of pairs.entries()) if (pair !== undefined) readMembers(draft, pair, [...parents, String(at)]);
}

const asObject = (value: Json): JsonObject | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;

function readMetadata(draft: RowDraft, key: string, path: string, value: Json): void {
  const fault = metadataKeyFault(key);
  const field = findField(path);
  if (fault !== undefined) addProblem(draft, 'MANIFEST_BAD_METADATA_KEY', fault, 'custom_metadata');
  else if (field !== undefined) setField(draft, field, value);
}

function readMember(draft: RowDraft, key: string, path: string, value: Json, parents: readonly string[]): void {
  const dotted = key.includes('.');
  const field = dotted ? undefined : findJsonField(path);
  if (field !== undefined) {
    setField(draft, field, value);
    return;
  }
  if (GROUPS.has(path) && !dotted) {
    const group = asObject(value);
    if (group !== undefined) readMembers(draft, group, [...parents, key]);
    else addProblem(draft, 'MANIFEST_WRONG_TYPE', 'the value must be an object', path);
    return;
  }
  // Names can be anything in JSON: what hardly is one is not repeated as the place.
  const place = isShowableName(path) ? path : parents.join('.') || undefined;
  const known = findField(path) !== undefined || GROUPS.has(path);
  const advice = known
    ? '; write it nested, as in {"ssl":{"method":"txt"}}'
    : didYouMean(path, [...KNOWN_PATHS, ...GROUPS]);
  addProblem(draft, 'MANIFEST_UNKNOWN_COLUMN', `there is no member ${quoteValue(path)}${advice}`, place);
}
