import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { checkCertificate } from './check-certificate.ts';
import { isObject } from './check-ssl.ts';
import type { Knobs } from './knobs.ts';
import { type UploadedCertificate, type UploadedPart, uploadedPart } from './uploaded-certificate.ts';

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ApiError(1400);
  return value;
}

/** What an upload is checked against. */
export interface UploadContext {
  hostname: string;
  now: number;
  refuseSelfSigned: boolean;
  signatures: Knobs['upload_signatures'];
  /** Ids of the custom CSRs of the zone. */
  csrs: ReadonlySet<string>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The CSR whose key an upload uses; throws ApiError 1430 or 1431. */
function takeCsr(value: Json | undefined, csrs: ReadonlySet<string>): string | undefined {
  const id = text(value);
  if (id === undefined || id === '') return undefined;
  if (!UUID.test(id)) throw new ApiError(1430);
  if (!csrs.has(id)) throw new ApiError(1431);
  return id;
}

/** One certificate and its key (`custom_certificate`, `custom_key`); throws the ApiError of the first thing wrong. */
export function takePair(pair: Json, context: UploadContext): UploadedPart {
  if (!isObject(pair)) throw new ApiError(1400);
  const csrId = takeCsr(pair.custom_csr_id, context.csrs);
  const certificate = text(pair.custom_certificate) ?? '';
  const key = text(pair.custom_key) ?? (csrId === undefined ? '' : undefined);
  const checked = checkCertificate(certificate, key, context);
  if ('code' in checked) throw new ApiError(checked.code);
  return uploadedPart(checked, context.now);
}

/**
 * The certificate an `ssl` object uploads (`custom_certificate`, or `custom_cert_bundle` with one RSA and one ECDSA
 * pair); undefined where it uploads none. Throws the ApiError of the first thing wrong.
 */
export function takeCertificate(ssl: JsonObject, context: UploadContext): UploadedCertificate | undefined {
  const { custom_cert_bundle: bundle, custom_certificate: certificate } = ssl;
  if (bundle !== undefined && !Array.isArray(bundle)) throw new ApiError(1400);
  const pairs = bundle ?? (certificate === undefined ? [] : [ssl]);
  const [first, second, third] = pairs.map((pair) => takePair(pair, context));
  if (first === undefined) return undefined;
  const sameKeyType = second !== undefined && second.ecdsa === first.ecdsa;
  if (third !== undefined || sameKeyType) throw new ApiError(1434);
  return { csrId: text(ssl.custom_csr_id), parts: second === undefined ? [first] : [first, second] };
}

/** Whether a body carries a private key anywhere it may. */
export function carriesKey(ssl: Json | undefined): boolean {
  if (!isObject(ssl)) return false;
  const bundle = Array.isArray(ssl.custom_cert_bundle) ? ssl.custom_cert_bundle : [];
  return [ssl, ...bundle].some(
    (pair) => isObject(pair) && typeof pair.custom_key === 'string' && pair.custom_key !== '',
  );
}
