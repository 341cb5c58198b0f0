import type { Json, JsonObject } from '../terms.ts';

/** The private keys in a body, without line breaks and the lines around them: what no text that is kept may hold a part of. */
export function secretsIn(body: JsonObject | undefined): string[] {
  return body === undefined ? [] : keysIn(body.ssl ?? body).map((key) => key.replaceAll(/-----[^-]*-----|\s/g, ''));
}

function keysIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { custom_key: key, custom_cert_bundle: bundle } = value as JsonObject;
  return [...(typeof key === 'string' ? [key] : []), ...(Array.isArray(bundle) ? bundle.flatMap(keysIn) : [])];
}
