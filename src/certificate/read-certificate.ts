import { X509Certificate } from 'node:crypto';
import type { asn1 } from 'node-forge';
import forge from 'node-forge/lib/asn1.js';
import type { CertificateFacts } from './bundle.ts';

/** Signature algorithms by object identifier, under the names that the API gives those it knows. */
const SIGNATURES: Record<string, string> = {
  '1.2.840.113549.1.1.4': 'MD5WithRSA',
  '1.2.840.113549.1.1.5': 'SHA1WithRSA',
  '1.2.840.113549.1.1.11': 'SHA256WithRSA',
  '1.2.840.113549.1.1.12': 'SHA384WithRSA',
  '1.2.840.113549.1.1.13': 'SHA512WithRSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.4.1': 'ECDSAWithSHA1',
  '1.2.840.10045.4.3.2': 'ECDSAWithSHA256',
  '1.2.840.10045.4.3.3': 'ECDSAWithSHA384',
  '1.2.840.10045.4.3.4': 'ECDSAWithSHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

const EC_BITS: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Tags of ASN.1 that certificates have: two classes, and types. */
const [UNIVERSAL, CONTEXT] = [0, 0x80];
const [OBJECT_ID, BOOLEAN, SEQUENCE] = [6, 1, 16];
/** Where fields are in what is signed, counted from behind the version, which the oldest lack (RFC 5280, section 4.1). */
const [SERIAL, PUBLIC_KEY] = [0, 5];
/** Tag of the extensions, which come last. */
const EXTENSIONS = 3;
/** Tag of a name in DNS among other sorts of names (section 4.2.1.6). */
const DNS_NAME = 2;
const SUBJECT_ALT_NAME = '2.5.29.17';
const NAME_CONSTRAINTS = '2.5.29.30';

/** A certificate as far as the checks look at it. `node:crypto` tells all but what it only has as text. */
export interface ReadCertificate {
  x509: X509Certificate;
  pem: string;
  hosts: string[];
  serial: bigint;
  signature: string;
  keyType: string;
  /** Bits; 0 for kinds of keys that no check accepts. */
  keySize: number;
  curve: string | undefined;
  /** The parameters of its curve are written out. */
  explicitCurve: boolean;
  /** Object identifiers of all extensions, and whether each is critical. */
  extensions: { id: string; critical: boolean }[];
  /** The names in DNS that an authority may issue for, and those that it may not, each with all below it. */
  constraints: { permitted: string[]; excluded: string[] };
}

/** Reads one PEM block of a certificate; undefined where it is none. */
export function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const x509 = new X509Certificate(pem);
    const [signed, algorithm] = partsOf(parsed(x509.raw.toString('latin1')));
    const fields = partsOf(signed);
    if (fields[0]?.tagClass === CONTEXT) fields.shift();
    const extensions = partsOf(tagged(fields, EXTENSIONS)[0]).map(extensionOf);
    const inside = (id: string) => {
      const value = extensions.find((one) => one.id === id)?.value;
      return value === undefined ? [] : partsOf(parsed(value));
    };
    const namesIn = (subtrees: number) => dnsNames(tagged(inside(NAME_CONSTRAINTS), subtrees).flatMap(partsOf));
    const signature = objectId(partsOf(algorithm)[0]);
    const parameters = partsOf(partsOf(fields[PUBLIC_KEY])[0])[1];
    return {
      x509,
      pem,
      hosts: dnsNames(inside(SUBJECT_ALT_NAME)),
      serial: serialOf(Buffer.from(textOf(fields[SERIAL]), 'latin1')),
      signature: SIGNATURES[signature] ?? signature,
      ...keyOf(x509),
      explicitCurve: parameters !== undefined && is(parameters, SEQUENCE),
      extensions,
      constraints: { permitted: namesIn(0), excluded: namesIn(1) },
    };
  } catch {
    return undefined;
  }
}

const parsed = (der: string): asn1.Asn1 => forge.fromDer(der, { strict: true, decodeBitStrings: false });
const partsOf = (node: asn1.Asn1 | undefined): asn1.Asn1[] => (Array.isArray(node?.value) ? node.value : []);
const textOf = (node: asn1.Asn1 | undefined): string => (typeof node?.value === 'string' ? node.value : '');
const is = ({ tagClass, type }: asn1.Asn1, wanted: number, ofClass = UNIVERSAL): boolean =>
  Number(tagClass) === ofClass && Number(type) === wanted;
/** What stands within the one of these that has the tag. */
const tagged = (nodes: readonly asn1.Asn1[], tag: number): asn1.Asn1[] =>
  partsOf(nodes.find((node) => is(node, tag, CONTEXT)));
const dnsNames = (names: readonly asn1.Asn1[]): string[] =>
  names.filter((name) => is(name, DNS_NAME, CONTEXT)).map((name) => textOf(name).toLowerCase());

/** The dotted form of an object identifier. Throws where it is none. */
function objectId(node: asn1.Asn1 | undefined): string {
  if (node === undefined || !is(node, OBJECT_ID))
    throw new TypeError('An object identifier is not where it should be.');
  return forge.derToOid(textOf(node));
}

/** An extension, with its value in DER. */
function extensionOf(node: asn1.Asn1): { id: string; critical: boolean; value: string } {
  const [id, ...rest] = partsOf(node);
  return {
    id: objectId(id),
    critical: rest.some((one) => is(one, BOOLEAN) && textOf(one) !== '\0'),
    value: textOf(rest.at(-1)),
  };
}

/** Of a public key that this runtime cannot read nothing is known; no check accepts it. */
function keyOf(x509: X509Certificate): Pick<ReadCertificate, 'keyType' | 'keySize' | 'curve'> {
  try {
    const { asymmetricKeyType: keyType = 'unknown', asymmetricKeyDetails: details } = x509.publicKey;
    const curve = details?.namedCurve;
    return { keyType, keySize: details?.modulusLength ?? EC_BITS[curve ?? ''] ?? 0, curve };
  } catch {
    return { keyType: 'unknown', keySize: 0, curve: undefined };
  }
}

/** Two's complement, as DER has it: some authorities have issued negative ones. */
const serialOf = (bytes: Buffer): bigint =>
  BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex') || '0'}`));

/** Whether a certificate is signed with its own key. */
export const isSelfSigned = (certificate: ReadCertificate): boolean => isIssuedBy(certificate, certificate);

/** Whether `issuer` signed `certificate`. */
export function isIssuedBy({ x509 }: ReadCertificate, issuer: { x509: X509Certificate }): boolean {
  try {
    return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
  } catch {
    // Its key is of a kind that this runtime does not know.
    return false;
  }
}

/** A name that a person knows an authority by, of a subject or issuer. */
export const namePart = (name: string, part: 'O' | 'CN'): string | undefined =>
  new RegExp(`^${part}=(.*)$`, 'm').exec(name)?.[1];

/** What is public of a certificate whose key type is one of the two that are accepted. */
export function factsOf({ x509, hosts, serial, signature, keyType, keySize }: ReadCertificate): CertificateFacts {
  const issuer = namePart(x509.issuer, 'O') ?? namePart(x509.issuer, 'CN') ?? x509.issuer;
  return {
    serial_number: serial.toString(),
    fingerprint_sha256: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    issuer,
    not_before: new Date(x509.validFrom).toISOString(),
    expires_on: new Date(x509.validTo).toISOString(),
    key_type: keyType === 'rsa' ? 'rsa' : 'ecdsa',
    key_size: keySize,
    signature,
    hosts,
  };
}
