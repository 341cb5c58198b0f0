/**
 * The error codes of the custom hostnames API that the simulator answers with: HTTP status and sentence. The sentences
 * are the simulator's own; programs must branch on the code.
 * https://developers.cloudflare.com/cloudflare-for-platforms/cloudflare-for-saas/reference/status-codes/custom-hostnames/
 */
const ERRORS: Record<number, readonly [status: number, message: string]> = {
  971: [429, 'Please wait and consider throttling your request speed'],
  1000: [401, 'Invalid API Token'],
  1400: [400, 'Unable to decode the JSON request body. Check your input and try again.'],
  1401: [400, 'Unable to encode the custom metadata as JSON. Check your input and try again.'],
  1404: [403, 'No quota has been allocated for this zone.'],
  1405: [403, 'Quota exceeded.'],
  1406: [409, 'Duplicate custom hostname found.'],
  1407: [
    400,
    'Invalid custom hostname. Custom hostnames have to be smaller than 256 characters, and cannot be IP addresses or contain special characters.',
  ],
  1408: [400, 'Invalid custom hostname. Custom hostnames cannot contain any non-ASCII characters.'],
  1409: [400, 'Invalid custom hostname. Custom hostnames cannot use a reserved top-level domain.'],
  1410: [400, 'Invalid custom hostname. Custom hostnames cannot be a public suffix.'],
  1411: [400, 'Invalid custom hostname. Custom hostnames cannot end in example.com, example.net or example.org.'],
  1412: [400, 'Custom metadata for wildcard custom hostnames is not supported.'],
  1413: [403, 'No custom metadata access has been allocated for this zone.'],
  1414: [403, 'No custom origin server access has been allocated for this zone.'],
  1415: [400, 'Invalid custom origin hostname.'],
  1416: [400, 'Invalid custom origin hostname: special or non-ASCII characters are not allowed.'],
  1417: [400, 'Invalid custom origin hostname: reserved top-level domains are not allowed.'],
  1418: [400, 'Invalid custom origin hostname: not below a public suffix.'],
  1419: [400, 'Invalid custom origin hostname: example.com, example.net and example.org are not allowed.'],
  1420: [400, 'Wildcards are not supported for custom origin hostnames.'],
  1421: [400, 'The custom origin hostname does not exist as an A, AAAA or CNAME record in the zone.'],
  1422: [400, 'Invalid http2 setting. Only on or off are accepted.'],
  1423: [400, 'Invalid tls_1_2_only setting. Only on or off are accepted.'],
  1424: [400, 'Invalid tls_1_3 setting. Only on or off are accepted.'],
  1425: [400, 'Invalid min_tls_version setting. Only 1.0, 1.1, 1.2 or 1.3 are accepted.'],
  1426: [400, 'The certificate cannot be parsed.'],
  1427: [400, 'The certificate or its key is empty.'],
  1428: [400, 'The private key cannot be parsed.'],
  1429: [400, 'The certificate does not match the private key.'],
  1430: [400, 'The custom CSR ID is invalid.'],
  1431: [404, 'The custom CSR was not found.'],
  1432: [400, 'Invalid validation method. Only http, email or txt are accepted.'],
  1433: [400, 'Invalid validation type. Only dv is accepted.'],
  1434: [400, 'The ssl attribute is invalid. Check the ssl attribute and try again.'],
  1435: [400, 'The custom hostname ID is invalid.'],
  1436: [404, 'The custom hostname was not found.'],
  1437: [400, 'Invalid hostname.contain filter.'],
  1438: [400, 'Other filters are not supported together with id.'],
  1439: [409, 'Modifying the custom hostname is not supported.'],
  1440: [400, 'Both validation type and validation method are required.'],
  1441: [400, 'The certificate cannot be bundled to a public trust store.'],
  1442: [400, 'Invalid cipher suite.'],
  1443: [400, 'Cipher suites cannot be set when the minimum TLS version is 1.3.'],
  1444: [400, 'The certificate bundle holds more than one leaf certificate.'],
  1445: [400, 'The certificate bundle holds no leaf certificate.'],
  1446: [400, 'The custom hostname is not among the hostnames of the certificate.'],
  1447: [400, 'The signature algorithm of the certificate is not supported.'],
  1448: [400, 'Wildcards are not supported for managed certificates of this zone.'],
  1449: [400, 'Invalid bundle method. Only ubiquitous, optimal or force are accepted.'],
  1456: [403, 'Cloudflare for SaaS has not been granted to this zone.'],
  1459: [400, 'Choosing a certificate authority is only available on an Enterprise plan.'],
  1469: [400, 'No hostname of 64 characters or fewer: cloudflare_branding is needed.'],
  1500: [500, 'Internal server error.'],
  1551: [404, 'Resource not found.'],
  7003: [404, 'Could not route to the requested path, perhaps your object identifier is invalid.'],
  10000: [403, 'Authentication error'],
};

/** An API error that a handler throws: the answer is the envelope of `code`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** Seconds to wait, for the header of that name. */
  readonly retryAfter: string | undefined;
  constructor(code: number, retryAfter?: string) {
    super(`API error ${code}`);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** HTTP status and message of an API error code; a code the table does not have is a refused input. */
export function apiError(code: number): { status: number; message: string } {
  const [status, message] = ERRORS[code] ?? [400, 'The request was refused.'];
  return { status, message: code >= 1400 && code < 1500 ? `${message} (Code: ${code})` : message };
}
