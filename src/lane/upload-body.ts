import { CERTIFICATES_PATH } from '../hostname/certificates.ts';
import type { OpenPairs } from '../secrets/sealed-bundle.ts';
import type { Json, JsonObject } from '../terms.ts';

const MEMBER = CERTIFICATES_PATH.slice('ssl.'.length);

/**
 * The body of an edit with certificates and keys in the place of what stood for them: `custom_certificate` and `custom_key`
 * (or `custom_csr_id`) for one pair, `custom_cert_bundle` for two.
 */
export function uploadBody(body: JsonObject, pairs: OpenPairs): JsonObject {
  const { [MEMBER]: _, ...config } = body.ssl as JsonObject;
  const [first, second] = pairs.map(pairMembers);
  const upload: JsonObject = second === undefined ? { ...first } : { custom_cert_bundle: [first ?? {}, second] };
  return { ...body, ssl: { ...config, ...upload } };
}

/** What replaces one certificate of a pack. */
export const packBody = ([pair]: OpenPairs): JsonObject => (pair === undefined ? {} : pairMembers(pair));

const pairMembers = ({ certificate, key, csr_id }: OpenPairs[number]): Record<string, Json> => ({
  custom_certificate: certificate,
  ...(key === undefined ? {} : { custom_key: key }),
  ...(csr_id === undefined ? {} : { custom_csr_id: csr_id }),
});
