import type { Json, JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { isObject } from './check-ssl.ts';
import { checkCertificate, type UploadedCertificate, uploadedCertificate } from './uploaded-certificate.ts';

type Uploaded = Omit<UploadedCertificate, 'second' | 'csrId'>;

const text = (value: Json | undefined): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ApiError(1400);
  return value;
};

/** What an upload is checked against. */
export interface UploadContext {
  hostname: string;
  now: number;
  refuseSelfSigned: boolean;
}

const takePair = (pair: Json, { hostname, now, refuseSelfSigned }: UploadContext): Uploaded => {
  if (!isObject(pair)) throw new ApiError(1400);
  const csrId = text(pair.custom_csr_id);
  const certificate = text(pair.custom_certificate) ?? '';
  const key = text(pair.custom_key) ?? (csrId === undefined ? '' : undefined);
  const checked = checkCertificate(certificate, key, hostname, refuseSelfSigned);
  if ('code' in checked) throw new ApiError(checked.code);
  return uploadedCertificate(checked, now);
};

/**
 * The certificate an `ssl` object uploads (`custom_certificate`, or `custom_cert_bundle` with one RSA and one ECDSA
 * pair); undefined where it uploads none. Throws the ApiError of the first thing wrong.
 */
export const takeCertificate = (ssl: JsonObject, context: UploadContext): UploadedCertificate | undefined => {
  const { custom_cert_bundle: bundle } = ssl;
  const pairs = Array.isArray(bundle) ? bundle : ssl.custom_certificate === undefined ? [] : [ssl];
  const [first, second, third] = pairs.map((pair) => takePair(pair, context));
  if (bundle !== undefined && !Array.isArray(bundle)) throw new ApiError(1400);
  if (first === undefined) return undefined;
  const sameKeyType =
    second !== undefined && second.signature.startsWith('ECDSA') === first.signature.startsWith('ECDSA');
  if (third !== undefined || sameKeyType) throw new ApiError(1434);
  return { ...first, csrId: text(ssl.custom_csr_id), second };
};

/** Whether a body carries a private key anywhere it may. */
export const carriesKey = (ssl: Json | undefined): boolean => {
  if (!isObject(ssl)) return false;
  const bundle = Array.isArray(ssl.custom_cert_bundle) ? ssl.custom_cert_bundle : [];
  return [ssl, ...bundle].some(
    (pair) => isObject(pair) && typeof pair.custom_key === 'string' && pair.custom_key !== '',
  );
};
