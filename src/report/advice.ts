const HOSTNAME_REFUSED =
  'The API does not take this hostname. Check its spelling; reserved names and IP addresses cannot be custom hostnames.';
const ORIGIN_REFUSED =
  'The API does not take this custom origin. Name a proxied hostname of your own zone, without a wildcard or an IP address.';
const PLAN_LACKS = 'Ask Cloudflare to enable it for the zone, or leave the field out.';
const SETTING_REFUSED = 'Check its value against the manifest format and send the row again.';
const TOKEN_REFUSED =
  'The API does not accept the token. Check that it is valid, not expired, and may edit SSL and Certificates of the zone.';
const CSR_UNKNOWN = 'The certificate signing request is not known to the zone. Create it first, or name the right one.';
const OUR_REQUEST = 'The API could not read the request. Please report this with the row.';

/** Code to what it means and what to do, for operators. API codes: Cloudflare's status-code page for custom hostnames. */
const ADVICE: Record<string, string> = {
  CF_RATE_LIMITED:
    'The credential used up its API quota. Lower the share, stop other users of the token, and resume later.',
  CF_UNAUTHORIZED: TOKEN_REFUSED,
  CF_SERVER_ERROR:
    'Cloudflare answered with an internal error several times. Check its status page, then send the rows again.',
  CF_TIMEOUT:
    'Cloudflare did not answer in time. The edit may have happened: send the row again, it is read first and skipped if already so.',
  CF_NETWORK:
    'The API could not be reached. Check the network, proxy and DNS of this machine, then send the rows again.',
  CF_BAD_ANSWER:
    'The answer was not the JSON the API documents. Check the base URL and any proxy in between, then send the rows again.',
  CF_EDGE_REFUSED:
    'A firewall in front of the API refused this one request. Look for HTML, SQL or scripts in the values of the row; give the ray of the call to Cloudflare where there are none.',
  CF_EDGE_ERROR: 'An edge server or proxy answered instead of the API. Wait a little, then send the rows again.',

  JOB_LOST:
    'The queue did not keep what it was given. Mend its server, then send the rows again: they are read first, and skipped if already so.',
  WORKERS_DIED:
    'Look for what ended the workers (memory, logs), then send the rows again: they are read first, and skipped if already so.',

  CF_1000: TOKEN_REFUSED,
  CF_1001: TOKEN_REFUSED,
  CF_1002: TOKEN_REFUSED,
  CF_1003: TOKEN_REFUSED,
  CF_1004: TOKEN_REFUSED,
  CF_1005: TOKEN_REFUSED,
  CF_10000: TOKEN_REFUSED,
  CF_2005:
    'The quota of custom certificates is used up. Delete certificates that are not in use, or ask Cloudflare for more.',
  CF_7000: 'The zone or custom hostname id is malformed or unknown. Check the ids in the manifest.',
  CF_7003: 'The zone or custom hostname id is malformed or unknown. Check the ids in the manifest.',
  CF_971: 'The credential used up its API quota. Lower the share, stop other users of the token, and resume later.',
  CF_10100: 'The credential used up its API quota. Lower the share, stop other users of the token, and resume later.',

  CF_1400: OUR_REQUEST,
  CF_1401: 'The metadata cannot be written as JSON. Correct the metadata of the row.',
  CF_1402: OUR_REQUEST,
  CF_1403: 'The request carried no credential. Check how the token reaches hostroll.',
  CF_1404: 'The zone has no quota for custom hostnames. Enable Cloudflare for SaaS on it.',
  CF_1405: 'The quota of custom hostnames is used up. Delete unused ones or ask for more.',
  CF_1406: 'The hostname exists already in the zone. Look it up and edit the existing one.',
  CF_1407: HOSTNAME_REFUSED,
  CF_1408: HOSTNAME_REFUSED,
  CF_1409: HOSTNAME_REFUSED,
  CF_1410: HOSTNAME_REFUSED,
  CF_1411: HOSTNAME_REFUSED,
  CF_1412:
    'This zone does not allow metadata on wildcard hostnames. Leave metadata out of the row, or ask Cloudflare to allow it.',
  CF_1413: `The plan of the zone does not include custom metadata. ${PLAN_LACKS}`,
  CF_1414: `The plan of the zone does not include custom origins. ${PLAN_LACKS}`,
  CF_1415: ORIGIN_REFUSED,
  CF_1416: ORIGIN_REFUSED,
  CF_1417: ORIGIN_REFUSED,
  CF_1418: ORIGIN_REFUSED,
  CF_1419: ORIGIN_REFUSED,
  CF_1420: ORIGIN_REFUSED,
  CF_1421:
    'The custom origin has no proxied A, AAAA or CNAME record in the zone. Create the record first, then send the row again.',
  CF_1422: `The value for http2 is refused. ${SETTING_REFUSED}`,
  CF_1423: `The value for tls_1_2_only is refused. ${SETTING_REFUSED}`,
  CF_1424: `The value for tls_1_3 is refused. ${SETTING_REFUSED}`,
  CF_1425: `The value for min_tls_version is refused. ${SETTING_REFUSED}`,
  CF_1426: 'The certificate cannot be parsed. Give it as PEM, without an EC PARAMETERS block.',
  CF_1427: 'The certificate is empty. Check the file the row points to.',
  CF_1428: 'The private key cannot be parsed. Give it as PEM without a password.',
  CF_1429: 'Certificate and private key do not belong together. Pair them again.',
  CF_1430: CSR_UNKNOWN,
  CF_1431: CSR_UNKNOWN,
  CF_1432: 'The validation method is refused. Use http or txt.',
  CF_1433: 'The certificate type is refused. Use dv.',
  CF_1434:
    'The API refused the ssl configuration as a whole. Compare method, CA, wildcard and settings with what the plan of the zone allows.',
  CF_1435: 'The custom hostname id is malformed. Correct it, or give the hostname instead.',
  CF_1436: 'The custom hostname no longer exists. Create it again, or take the row out.',
  CF_1437: OUR_REQUEST,
  CF_1438: OUR_REQUEST,
  CF_1439: 'The API does not allow this custom hostname to be changed. Delete and create it again if it must change.',
  CF_1440: 'An ssl change needs both type and method. Give ssl.method and ssl.type in the row.',
  CF_1441: 'The certificate does not chain to a publicly trusted root. Use one from a public CA, with its leaf first.',
  CF_1442: 'A cipher name is unknown to the API. Use the names listed in the manifest format.',
  CF_1443: 'Ciphers cannot be chosen with TLS 1.3 as the minimum. Lower min_tls_version or leave the ciphers out.',
  CF_1444: 'The upload holds more than one leaf certificate. Send exactly one per pair.',
  CF_1445: 'The upload holds no leaf certificate. Put the leaf first.',
  CF_1446: 'The certificate does not name this hostname. Use one that lists it as a subject alternative name.',
  CF_1447: 'The signature algorithm of the certificate is not accepted. Use RSA or ECDSA with SHA-256.',
  CF_1448:
    'Wildcards are not available for managed certificates here. Leave ssl.wildcard out, or ask Cloudflare to allow it.',
  CF_1449: 'The bundle method is refused. Use ubiquitous, optimal or force.',
  CF_1456: 'Cloudflare for SaaS is not granted to the zone. Enable it there, then send the rows again.',
  CF_1459:
    'Naming a certificate authority is an Enterprise entitlement. Take ssl.certificate_authority out of the rows: Cloudflare chooses then. Or ask Cloudflare to enable it for the zone.',
  CF_1469:
    'A certificate needs one name of at most 64 characters. Set ssl.cloudflare_branding to true for this hostname.',
  CF_1500: 'Cloudflare answered with an internal error several times. Check its status page, then send the rows again.',
  CF_1551: 'Something the hostname depends on does not exist. Check that the zone has a fallback origin.',

  HOSTNAME_NOT_FOUND:
    'No zone of this run has the hostname. Check the spelling and the zone, or create the custom hostname first.',
  HOSTNAME_AMBIGUOUS:
    'The hostname exists in more than one zone, and the zone edited last takes its traffic. Give zone_id in the row.',
  HOSTNAME_IN_OTHER_ZONE: 'The hostname exists, but in another zone than the row names. Correct zone_id.',
  HOSTNAME_ID_MISMATCH:
    'hostname and custom_hostname_id of the row name different custom hostnames. Correct one, or give only one.',
  HOSTNAME_TWICE: 'Another row names the same custom hostname. Merge the rows into one.',
  SSL_METHOD_MISSING: 'The hostname has no stored validation method to keep. Give ssl.method in the row.',
  SSL_WILDCARD_NEEDS_TXT: 'A wildcard certificate cannot be validated by http. Set ssl.method to txt.',
  SSL_TLS13_WITH_CIPHERS:
    'Ciphers cannot be chosen with TLS 1.3 as the minimum. Lower min_tls_version or clear the ciphers.',
  UPLOADED_CERTIFICATE:
    'The hostname serves a certificate you uploaded, and this edit would need its private key again or replace it. Name its bundle in the row.',
  CERTIFICATE_NOT_FOR_HOSTNAME:
    'Name a bundle whose certificates list this hostname, or a wildcard for its first label, as a subject alternative name.',
  SSL_AUTHORITY_WITH_BUNDLE: 'Take ssl.certificate_authority out of the row, or the bundle.',
  PACK_NOT_REPLACEABLE: 'Send both certificates as one bundle, without --in-pack.',
  PACK_EDIT_ONLY: 'Take the other fields out of the row, or send it without --in-pack.',
  METADATA_TOO_LARGE: 'The metadata would be larger than the 4,096 bytes the API allows. Shorten or remove keys.',
  NO_CERTIFICATE_TO_RECHECK: 'The hostname has no certificate to validate again. Ask for one with ssl.method first.',
  AUTHORITY_LEFT_OUT:
    'Zones below Enterprise may not name a certificate authority, not even the one they have. The edit was made without it.',
  ALREADY_SO: 'The hostname already holds what the row asks for. Nothing needs to be done.',

  SWEEP_MISSING: 'What the check needs is not published yet. Hand the customer the records (hostroll dcv export).',
  SWEEP_WRONG: 'Something else is published than the check asks for. Show the customer both (hostroll dcv export).',
  SWEEP_CAA_BLOCKED:
    'CAA records forbid the certificate authority. The customer must allow it, or the hostname must go to another one.',
  SWEEP_POINTS_ELSEWHERE:
    'The hostname leads somewhere else than here. The customer must point it at your target, or has left.',
  SWEEP_DOMAIN_GONE: 'The domain does not exist. Ask the customer, and take the hostname out if it is given up.',
  SWEEP_REFUSED:
    'The certificate authority refuses for now. Wait until its limit is over, or move the hostname to another authority.',
  SWEEP_BARRED:
    'Cloudflare does not activate the hostname until its cause is gone: a hold of the domain, a block, or no fallback origin. Then send it once with --all, or as a recheck.',
  SWEEP_CANNOT_TELL:
    'DNS or HTTP gave no trustworthy answer, so nothing was sent. The next sweep looks again; --all sends without looking.',
  SWEEP_CHECKED_SOON: 'Cloudflare checks the hostname within minutes by itself. Nothing needs to be done.',
  SWEEP_IN_OTHER_ZONE:
    'Another zone has the same hostname, and the zone edited last takes its traffic. Delete the one that is not in use, or send with --force.',
  SWEEP_CARRIED_OVER: 'The calls or the time of the sweep were used up. The next sweep of the zone begins with it.',

  IN_DOUBT:
    'The edit was under way when the batch stopped. Resume: the hostname is read first and sent again only where needed.',
  UNPROCESSED: 'The batch has not reached the row yet. Resume it, or send the rows again.',
};

/**
 * What an operator should do about `code`. An unknown 14xx is final for its row: Cloudflare uses numbers of that range
 * it does not document, and all documented ones are permanent.
 */
export function adviceFor(code: string): string {
  const known = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  if (known !== undefined) return known;
  if (/^CF_14\d\d$/.test(code)) {
    return 'The API refuses this row for good. Read its message, correct the row, and send it again.';
  }
  if (code.startsWith('CF_'))
    return 'The API refused the call. Read its message, remove the cause, and send the row again.';
  if (code.startsWith('MANIFEST_'))
    return 'The row of the manifest is not valid. Correct what the message names and send the row again.';
  return 'Read the message of the row, remove the cause, and send the row again.';
}
