import { LRUCache } from 'lru-cache';
import type { CertificateCode } from '../codes/certificate-codes.ts';
import type { CertificatePair } from './bundle.ts';
import { checkChain } from './check-chain.ts';
import { checkKey } from './check-key.ts';
import { checkLeaf } from './check-leaf.ts';
import type { CheckOptions } from './check-options.ts';
import { pemBlocks } from './pem.ts';
import type { CertificateProblem } from './problem.ts';
import { factsOf, isSelfSigned, type ReadCertificate, readCertificate } from './read-certificate.ts';

/** A certificate, its chain behind it, in PEM, with its key, or with the id of the CSR whose key the API holds. */
export interface PairText {
  certificate: string;
  key?: string;
  csr_id?: string;
}

/**
 * Checks one certificate and its key as the API would (codes 1426 to 1429, 1441, 1444, 1445 and 1447), and for what the API
 * accepts but its owner would regret. `pair` is there where nothing is an error; it holds what is to be sent and no more.
 */
export function checkPair(
  text: PairText,
  options: CheckOptions,
): { pair?: CertificatePair; problems: CertificateProblem[] } {
  const { chain, problems } = readChain(text.certificate);
  const [leaf] = chain;
  const { served, problems: ofChain } = checkChain(chain, options);
  if (leaf !== undefined) problems.push(...checkLeaf(leaf, options), ...ofChain);
  const key = keyOf(text, leaf, problems);
  if (leaf === undefined || problems.some(({ severity }) => severity === 'error')) return { problems };
  const certificate = served.map(({ pem }) => pem).join('');
  return { pair: { certificate, ...key, facts: factsOf(leaf) }, problems };
}

function keyOf(
  { key: text, csr_id }: PairText,
  leaf: ReadCertificate | undefined,
  problems: CertificateProblem[],
): Pick<CertificatePair, 'key' | 'csr_id'> {
  if (text === undefined) {
    if (csr_id !== undefined) return { csr_id };
    const message = 'There is no key for the certificate; name one, or the CSR whose key Cloudflare holds.';
    problems.push({ code: 'CERTIFICATE_KEY_MISSING', severity: 'error', part: 'key', message });
    return {};
  }
  const checked = checkKey(text, leaf);
  problems.push(...checked.problems);
  return checked.key === undefined ? {} : { key: checked.key };
}

const wrong = (code: CertificateCode, message: string): CertificateProblem => ({
  code,
  severity: 'error',
  part: 'certificate',
  message,
});

/** What may stand where the certificate should, by its label, and what is to be done. */
const OTHER_FORMS: [label: RegExp, code: CertificateCode, message: string][] = [
  [/PRIVATE KEY$/, 'CERTIFICATE_UNPARSEABLE', 'There is a private key where the certificate should be; swap the two.'],
  [
    /^TRUSTED CERTIFICATE$/,
    'CERTIFICATE_FORMAT',
    'The certificate is in a form of OpenSSL alone; write it as PEM: openssl x509 -in <file> -out new.pem',
  ],
  [
    /CERTIFICATE REQUEST$/,
    'CERTIFICATE_FORMAT',
    'This is a request (CSR), not yet a certificate; take what the authority has made of it.',
  ],
  [
    /^(PKCS7|CMS)$/,
    'CERTIFICATE_FORMAT',
    'The file is PKCS#7; write it as PEM: openssl pkcs7 -print_certs -in <file> -out chain.pem',
  ],
];

/** The certificates of a PEM text, their one leaf first; none where that cannot be had. */
function readChain(text: string): { chain: ReadCertificate[]; problems: CertificateProblem[] } {
  const failed = (code: CertificateCode, message: string) => ({ chain: [], problems: [wrong(code, message)] });
  const blocks = pemBlocks(text);
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE');
  if (text.trim() === '') return failed('CERTIFICATE_EMPTY', 'The certificate is empty.');
  if (certificates.length === 0) {
    const form = OTHER_FORMS.find(([is]) => blocks.some(({ label }) => is.test(label)));
    if (form !== undefined) return failed(form[1], form[2]);
    return failed('CERTIFICATE_UNPARSEABLE', 'There is no certificate in PEM (-----BEGIN CERTIFICATE-----).');
  }
  const all = certificates.map(({ text: pem }, at) => (at === 0 ? readCertificate(pem) : readIntermediate(pem)));
  const broken = all.indexOf(undefined);
  if (broken !== -1) {
    return failed(
      'CERTIFICATE_UNPARSEABLE',
      `Certificate ${broken + 1} of ${all.length} in it cannot be read; check that the file is whole.`,
    );
  }
  return leafFirst(all as ReadCertificate[]);
}

/** Thousands of files have the same ones, and reading takes longer than checking. */
const intermediates = new LRUCache<string, ReadCertificate>({ max: 20 });

function readIntermediate(pem: string): ReadCertificate | undefined {
  const read = intermediates.get(pem) ?? readCertificate(pem);
  intermediates.set(pem, read);
  return read;
}

function leafFirst(chain: ReadCertificate[]): { chain: ReadCertificate[]; problems: CertificateProblem[] } {
  const leaves = chain.filter(({ x509 }) => !x509.ca);
  const [leaf, another] = leaves;
  const [first] = chain;
  if (leaf === undefined && chain.length === 1 && first !== undefined && isSelfSigned(first))
    return { chain, problems: [] };
  if (leaf === undefined) {
    const message = 'There are only certificates of authorities in it; put the one of the hostname first.';
    return { chain: [], problems: [wrong('CERTIFICATE_NO_LEAF', message)] };
  }
  if (another !== undefined) {
    const message = `There are ${leaves.length} leaf certificates in it; leave one, with its chain behind it.`;
    return { chain: [], problems: [wrong('CERTIFICATE_SEVERAL_LEAVES', message)] };
  }
  if (leaf !== first) {
    const message = 'The leaf certificate must come first, its chain behind it.';
    const others = chain.filter((each) => each !== leaf);
    return { chain: [leaf, ...others], problems: [wrong('CERTIFICATE_LEAF_NOT_FIRST', message)] };
  }
  return { chain, problems: [] };
}
