import { codesOf } from './meaning.ts';

const HOSTNAME_REFUSED =
  'The API does not take this hostname. Check its spelling; reserved names and IP addresses cannot be custom hostnames.';
const ORIGIN_REFUSED =
  'The API does not take this custom origin. Name a proxied hostname of your own zone, without a wildcard or an IP address.';
const PLAN_LACKS = 'Leave the field out of the rows, or ask Cloudflare to enable it for the zone.';
const SETTING_REFUSED = 'Check its value against the manifest format and send the row again.';
const TOKEN_REFUSED =
  'The API does not accept the token. Check that it is valid, not expired, and may edit SSL and Certificates of the zone.';
const CSR_UNKNOWN = 'The certificate signing request is not known to the zone. Create it first, or name the right one.';
const OUR_REQUEST = 'The API could not read the request. Please report this with the row.';
const ID_UNKNOWN = 'The zone or custom hostname id is malformed or unknown. Check the ids in the manifest.';
const QUOTA_USED =
  'The credential used up its API quota. Lower the share, stop other users of the token, and resume later.';
const INTERNAL_ERROR =
  'Cloudflare answered with an internal error several times. Check its status page, then try again.';

/**
 * Calls of the API that brought no result, and what its own numbers mean. `CF_<number>` is the code of the envelope,
 * from Cloudflare's page of custom hostname codes and, where that is silent, from public reports;
 * `CF_HTTP_<status>` stands for a refusal without one. They end a command where it cannot go on without the call.
 */
export const API_CODES = codesOf('stoppedByRule', {
  CF_RATE_LIMITED: QUOTA_USED,
  CF_QUOTA_ALMOST_EMPTY:
    'The credential has nearly used up its API quota, so that calls wait. Nothing needs to be done.',
  LANE_COOLING:
    'Another batch or command has met the API quota of this credential, so that calls wait. Nothing needs to be done.',
  CF_UNAUTHORIZED: TOKEN_REFUSED,
  CF_SERVER_ERROR: INTERNAL_ERROR,
  CF_TIMEOUT:
    'Cloudflare did not answer in time. The edit may have happened: send the row again, it is read first and skipped if already so.',
  CF_NETWORK: 'The API could not be reached. Check the network, proxy and DNS of this machine, then try again.',
  CF_BAD_ANSWER:
    'The answer was not the JSON the API documents. Check the base URL and any proxy in between, then try again.',
  CF_EDGE_ERROR: 'An edge server or proxy answered instead of the API. Wait a little, then try again.',
  CF_EDGE_REFUSED:
    'A firewall in front of the API refused this one request. Look for HTML, SQL or scripts in the values of the row; give the ray of the call to Cloudflare where there are none.',
  CF_HTTP_404: 'The API does not know the address. Check the base URL and the ids in the manifest.',
  API_UNREACHABLE:
    'Several rows in a row got no answer, so the batch stopped. Check the network and Cloudflare’s status page, then resume.',

  CF_971: QUOTA_USED,
  CF_1000: TOKEN_REFUSED,
  CF_1001: TOKEN_REFUSED,
  CF_1002: TOKEN_REFUSED,
  CF_1003: TOKEN_REFUSED,
  CF_1004: TOKEN_REFUSED,
  CF_1005: TOKEN_REFUSED,
  CF_1400: OUR_REQUEST,
  CF_1401: 'The metadata cannot be written as JSON. Correct the metadata of the row.',
  CF_1402: OUR_REQUEST,
  CF_1403: 'The request carried no credential. Check how the token reaches hostroll.',
  CF_1404:
    'The zone or its account has no access to custom hostnames. Enable Cloudflare for SaaS on the zone, or check that it is the right zone.',
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
  CF_1441:
    'The API finds no way from the certificate to a public root; it is also seen where fewer than 14 days are left. Use one of a public authority that is not about to end, with its leaf first.',
  CF_1442: 'A cipher name is unknown to the API. Use the names listed in the manifest format.',
  CF_1443: 'Ciphers cannot be chosen with TLS 1.3 as the minimum. Lower min_tls_version or leave the ciphers out.',
  CF_1444: 'The upload holds more than one leaf certificate. Send exactly one per pair.',
  CF_1445: 'The upload holds no leaf certificate. Put the leaf first.',
  CF_1446: 'The certificate does not name this hostname. Use one that lists it as a subject alternative name.',
  CF_1447: 'The signature algorithm of the certificate is not accepted. Use RSA or ECDSA with SHA-256.',
  CF_1448:
    'Wildcards are not available for managed certificates here. Leave ssl.wildcard out, or ask Cloudflare to allow it.',
  CF_1449: 'The bundle method is refused. Use ubiquitous, optimal or force.',
  CF_1456:
    'The zone has not been granted Cloudflare for SaaS. Enable it on the zone, or ask Cloudflare to, then try again.',
  CF_1459:
    'Naming a certificate authority is an Enterprise entitlement. Leave ssl.certificate_authority out of the rows: Cloudflare chooses then. Or ask Cloudflare to enable it for the zone.',
  CF_1469:
    'A certificate needs one name of at most 64 characters. Set ssl.cloudflare_branding to true for this hostname.',
  CF_1500: INTERNAL_ERROR,
  CF_1551: 'Something the hostname depends on does not exist. Check that the zone has a fallback origin.',
  CF_2005:
    'The quota of custom certificates is used up. Delete those that no hostname serves, or ask Cloudflare for more, then send the row again.',
  CF_7000: ID_UNKNOWN,
  CF_7003: ID_UNKNOWN,
  CF_10000: TOKEN_REFUSED,
  CF_10100: QUOTA_USED,
});
