import { codesOf } from './meaning.ts';

/** What keeps a certificate of one's own from being sent, found before any call. */
const ERRORS = codesOf('usage', {
  CERTIFICATE_BUNDLE_UNKNOWN: 'No bundle has the name. Declare it, or correct the name.',
  CERTIFICATE_NONE_COVERS:
    'No pair in the folder is for the hostname. A row that asks for one is refused; with --match san it is left as it is. Add one, or name another with --bundle-folder.',
  CERTIFICATE_FILE_MISSING: 'The file is not there. Check the path, and what it is relative to.',
  CERTIFICATE_FILE_UNREADABLE:
    'It is a folder, no plain file, or not readable by this user. Name a file, and check its permissions.',
  CERTIFICATE_FILE_TOO_LARGE: 'The file has more than 256 KiB (of JSON, 4 MiB). Check that it is the right one.',
  CERTIFICATE_FILE_OUTSIDE:
    "A row names a file outside of the manifest's folder. Move the file, or allow its folder with --bundle-root.",
  CERTIFICATE_COMMAND_FAILED:
    'The command cannot be started, fails, takes too long or prints too much. Run it by hand to see why.',
  CERTIFICATE_COMMAND_OUTPUT:
    'What the command prints, or the file holds, is JSON without certificate and key. Let it be one of the forms in docs/certificates.md.',
  CERTIFICATE_NOT_SUBMITTED: 'A submission cannot name certificates. Use "hostroll apply" on the same queue.',
  CERTIFICATE_EMPTY: 'The certificate is empty. Check the file.',
  CERTIFICATE_UNPARSEABLE: 'There is no PEM certificate, or a damaged one. Copy the file again.',
  CERTIFICATE_FORMAT:
    'The file is of another form than PEM, DER or PKCS#12. Run the command that is shown, and name what it writes.',
  CERTIFICATE_PASSWORD: 'The PKCS#12 file is locked with another password. Name the right one with --bundle-password.',
  CERTIFICATE_NO_LEAF: "There are only certificates of authorities. Put the hostname's certificate first.",
  CERTIFICATE_SEVERAL_LEAVES: 'There is more than one leaf certificate. Leave one.',
  CERTIFICATE_LEAF_NOT_FIRST: 'The leaf certificate is not first. Put it first, with its chain behind it.',
  CERTIFICATE_SELF_SIGNED: 'The certificate is signed by itself. Use one of a public authority.',
  CERTIFICATE_EXPIRED: 'The certificate has ended. Renew it.',
  CERTIFICATE_NOT_YET_VALID: 'The certificate has not begun. Wait, or correct the clock.',
  CERTIFICATE_TOO_SHORT:
    'The certificate has fewer than 14 days left, and uploads of such are refused (1206 on zones; of custom hostnames it is not known). Renew it, or send it with --allow-short.',
  CERTIFICATE_NO_NAMES: 'The certificate has no DNS names. Request it with subject alternative names.',
  CERTIFICATE_HOSTNAME_NOT_COVERED:
    "The certificate is not for the row's hostname; both certificates of a bundle must be. One for *.a.net is for x.a.net, not for a.net or y.x.a.net; the hostname *.a.net needs *.a.net. Use another, or request one with the name.",
  CERTIFICATE_KEY_TYPE: 'The key is neither RSA nor ECDSA. Request the certificate with such a key.',
  CERTIFICATE_KEY_TOO_WEAK: 'The RSA key has fewer than 2,048 bits. Request the certificate with a longer one.',
  CERTIFICATE_CURVE:
    'The ECDSA key is on another curve than P-256 or P-384, or has its parameters written out. Request the certificate with P-256 by name.',
  CERTIFICATE_SIGNATURE:
    'The certificate is signed with something else than RSA or ECDSA over SHA-2, such as MD5, RSA-PSS or Ed25519. Have it issued with SHA256WithRSA or ECDSAWithSHA256.',
  CERTIFICATE_SERIAL: 'The serial number is negative. Have the certificate issued again.',
  CERTIFICATE_PRECERTIFICATE:
    'This is what the authority gave to logs, not what it issued. Download the certificate itself.',
  CERTIFICATE_CRITICAL_EXTENSION:
    'The certificate has a critical extension that clients do not know. Have it issued without.',
  CERTIFICATE_STAGING: 'The certificate is of a test authority. Request it without staging.',
  CERTIFICATE_ORIGIN_ONLY:
    'The certificate is one of Cloudflare for origin servers, which no browser trusts. Use one of a public authority.',
  CERTIFICATE_UNTRUSTED:
    'The chain ends in a root that browsers do not have, and the API takes public authorities alone. Use another, or name the root with --trust where it is a public one that is newer than hostroll.',
  CERTIFICATE_KEY_MISSING: 'There is no key, or a certificate in its place. Name the key.',
  CERTIFICATE_SEVERAL_KEYS: "There is more than one key. Leave the certificate's.",
  CERTIFICATE_KEY_ENCRYPTED: 'The key has a password. Remove it with the openssl pkey line that is shown.',
  CERTIFICATE_KEY_UNPARSEABLE: 'The key is damaged. Copy the file again.',
  CERTIFICATE_NAME_CONSTRAINTS:
    'An intermediate may not issue for one of its names, and browsers refuse all of it. Have it issued by another authority.',
  CERTIFICATE_KEY_MISMATCH: 'The key belongs to another certificate. Pair them again.',
  CERTIFICATE_BUNDLE_SIZE: 'The bundle has more than two pairs. Leave one RSA and one ECDSA.',
  CERTIFICATE_BUNDLE_TYPES: 'The bundle has two pairs of the same kind. Give one RSA and one ECDSA.',
  CERTIFICATE_BUNDLE_CSR: 'A bundle of two has a CSR. Give both keys.',
});

/** Errors where the chain is served as it is given (ssl.bundle_method force), else warnings: Cloudflare builds another. */
const BY_METHOD = codesOf('usage', {
  CERTIFICATE_INTERMEDIATE_EXPIRED: 'An intermediate has ended. Take the chain that the authority now gives.',
  CERTIFICATE_SHA1:
    'The certificate, or an intermediate, is signed with SHA-1. Have it issued again, or take the chain that the authority now gives.',
});

/** Warnings: shown, and nothing is stopped. */
const WARNINGS = codesOf('ok', {
  CERTIFICATE_INLINE: 'Keys stand in the manifest in clear. Name files or a bundle instead.',
  CERTIFICATE_MORE_WARNINGS: 'Only the first 50 warnings are shown. Fix those, and plan again.',
  CERTIFICATE_KEY_FILE_OPEN:
    'Others may read the file of the key; refused with --strict-permissions. Run chmod 600 on it.',
  CERTIFICATE_EXPIRES_SOON: 'The certificate has fewer days left than --min-days. Renew it.',
  CERTIFICATE_OVERLONG:
    'The certificate is valid for longer than was allowed on the day of its issue, and some browsers refuse it. Have it issued for less.',
  CERTIFICATE_SIGNATURE_UNSURE:
    "The signature is ECDSA or RSA with SHA-384 or SHA-512, as Let's Encrypt's ECDSA certificates have. Cloudflare's pages disagree on whether custom hostnames may have it. Send a few rows first; where they end with CF_1447, have the certificate issued with SHA-256.",
  CERTIFICATE_KEY_SIZE: 'The RSA key is of another size than Cloudflare names. Send a few rows first.',
  CERTIFICATE_ROOT_INCLUDED: 'The root is in the file. It is left out of what is sent; nothing needs to be done.',
  CERTIFICATE_ROOT_UNKNOWN:
    'The chain leads to a root that is not known here. If it is a public one, all is well; one of your own is refused by the API.',
  CERTIFICATE_DISTRUSTED: 'Browsers no longer trust the root. Move to another authority.',
  CERTIFICATE_NOT_FOR_SERVERS: 'The certificate lacks the extended key usage serverAuth. Request one for servers.',
  CERTIFICATE_CHAIN_ORDER:
    'What stands behind the leaf does not belong there. Each certificate must have issued the one before it.',
  CERTIFICATE_CHAIN_INCOMPLETE:
    'There are no intermediates, with ssl.bundle_method force, which serves the chain as given. Add them; ubiquitous and optimal need the leaf alone.',
  CERTIFICATE_BUNDLE_NAMES: 'The two certificates are for different names. Request both for the same.',
});

export const CERTIFICATE_CODES = { ...ERRORS, ...BY_METHOD, ...WARNINGS };

export type CertificateCode = keyof typeof CERTIFICATE_CODES;
