import type { Bundle, BundleRef, CertificatePair } from '../certificate/bundle.ts';
import { checkBundle } from '../certificate/check-bundle.ts';
import type { CheckOptions } from '../certificate/check-options.ts';
import { checkPair, type PairText } from '../certificate/check-pair.ts';
import { leafPrint, pemBlocks } from '../certificate/pem.ts';
import type { CertificateProblem } from '../certificate/problem.ts';
import type { Fault } from './bundle-source.ts';
import { pairsInOutput } from './command-output.ts';
import { readPemFile } from './read-pem-file.ts';

/** One half of a pair to be read: `path` absolute, or the text itself. `place` and `column` say where, in messages. */
export type PemInput = { place: string; column?: string } & ({ path: string } | { pem: string });
/** A pair to be read. */
export interface PairInput {
  certificate: PemInput;
  key?: PemInput;
  csr_id?: string;
  chain?: PemInput;
  /** As in `PairFiles`. */
  leaf?: string;
}

export interface LoadOptions extends CheckOptions {
  strictPermissions: boolean;
  /** Of PKCS#12 files. */
  password?: (() => Promise<string | { fault: Fault }>) | undefined;
}

/** A bundle that is good, or all that is wrong with it. */
export interface LoadedBundle {
  good?: { bundle: Bundle; ref: BundleRef };
  faults: Fault[];
  warnings: Fault[];
}

/** Reads and checks the pairs of a bundle; everything that is wrong with them at once. */
export async function loadBundle(
  name: string,
  inputs: readonly PairInput[],
  options: LoadOptions,
): Promise<LoadedBundle> {
  const loaded: LoadedBundle = { faults: [], warnings: [] };
  const pairs: CertificatePair[] = [];
  for (const input of inputs) {
    pairs.push(...(await loadPairs(name, input, options, loaded)));
  }
  if (loaded.faults.length > 0) return loaded;
  const { bundle, ref, problems } = checkBundle(name, pairs);
  note(loaded, problems, () => inputs[0]?.certificate, name);
  return bundle === undefined || ref === undefined ? loaded : { ...loaded, good: { bundle, ref } };
}

/** A file may be the JSON of a secret store or controller, which may hold several pairs. */
async function loadPairs(
  name: string,
  input: PairInput,
  options: LoadOptions,
  loaded: LoadedBundle,
): Promise<CertificatePair[]> {
  const { certificate, key, csr_id, leaf } = input;
  const inOneFile = key === undefined && csr_id === undefined;
  const text = await read(certificate, { isKey: inOneFile }, options, loaded);
  if (text === undefined) return [];
  if (!inOneFile || !/^\s*[[{]/.test(text))
    return [await loadPair(text, input, options, loaded)].flatMap((one) => one ?? []);
  const all = pairsInOutput(text, leaf === undefined ? name : undefined);
  const found = leaf === undefined ? all : all?.filter((pair) => leafPrint(pemBlocks(pair.certificate)) === leaf);
  if (found === undefined || found.length === 0) {
    const message = `The file is JSON without a certificate and key for "${name}" in a form that is known (docs/certificates.md).`;
    loaded.faults.push(placed(certificate, { code: 'CERTIFICATE_COMMAND_OUTPUT', message }));
  }
  return (found ?? []).flatMap((pair) => {
    const checked = checkedSafely(pair, options);
    note(loaded, checked.problems, () => certificate);
    return checked.pair ?? [];
  });
}

async function loadPair(
  text: string,
  { certificate, key, csr_id, chain }: PairInput,
  options: LoadOptions,
  loaded: LoadedBundle,
): Promise<CertificatePair | undefined> {
  // A key that is in the certificate's own file makes a key file of that.
  const inOneFile = key === undefined && csr_id === undefined;
  const secret = key === undefined ? undefined : await read(key, { isKey: true }, options, loaded);
  if (key !== undefined && secret === undefined) return undefined;
  const behind = chain === undefined ? '' : await read(chain, { isKey: false }, options, loaded);
  if (behind === undefined) return undefined;
  const pair: PairText = { certificate: `${text}\n${behind}` };
  const keyText = inOneFile ? text : secret;
  if (keyText !== undefined) pair.key = keyText;
  if (csr_id !== undefined) pair.csr_id = csr_id;
  const checked = checkedSafely(pair, options);
  note(loaded, checked.problems, (part) => (part === 'key' ? (key ?? certificate) : certificate));
  return checked.pair;
}

/** What no reader of certificates foresaw is one bundle's trouble, too. */
function checkedSafely(pair: PairText, options: LoadOptions): ReturnType<typeof checkPair> {
  try {
    return checkPair(pair, options);
  } catch {
    const message = 'The certificate or its key cannot be read; look at it with: openssl x509 -noout -text';
    return { problems: [{ code: 'CERTIFICATE_UNPARSEABLE', severity: 'error', part: 'certificate', message }] };
  }
}

async function read(
  input: PemInput,
  { isKey }: { isKey: boolean },
  { strictPermissions, password }: LoadOptions,
  { faults, warnings }: LoadedBundle,
): Promise<string | undefined> {
  if ('pem' in input) return input.pem;
  const found = await readPemFile(input.path, password);
  if ('fault' in found) {
    faults.push(placed(input, { ...found.fault, message: toPaste(found.fault.message, input) }));
    return undefined;
  }
  if (isKey && found.isOpen) {
    const message = `The private key may be read by others than its owner; close it: chmod 600 ${quoted(input.path)}`;
    (strictPermissions ? faults : warnings).push(placed(input, { code: 'CERTIFICATE_KEY_FILE_OPEN', message }));
  }
  return found.text;
}

function note(
  { faults, warnings }: LoadedBundle,
  problems: readonly CertificateProblem[],
  inputOf: (part: CertificateProblem['part']) => PemInput | undefined,
  place?: string,
): void {
  for (const { code, severity, part, message } of problems) {
    const input = inputOf(part);
    const exact = input === undefined ? message : toPaste(message, input);
    const fault = placed({ place: place ?? input?.place ?? '', ...columnOf(input) }, { code, message: exact });
    (severity === 'error' ? faults : warnings).push(fault);
  }
}

/** A cure that is a command line, with the file in it. */
const toPaste = (message: string, input: PemInput): string =>
  'path' in input ? message.replace('<file>', quoted(input.path)) : message;

const columnOf = (input: PemInput | undefined): { column?: string } =>
  input?.column === undefined ? {} : { column: input.column };

const placed = ({ place, ...input }: { place: string; column?: string }, { code, message }: Fault): Fault => ({
  code,
  message: `${place}: ${message}`,
  ...(input.column === undefined ? {} : { column: input.column }),
});

/** A path for a command line to paste. */
const quoted = (path: string): string => (/^[\w./@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
