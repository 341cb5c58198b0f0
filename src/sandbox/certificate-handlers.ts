import { bare, success } from './answer.ts';
import { ApiError } from './api-error.ts';
import { type ApiRequest, type Handled, parseBody, recordOf, zoneOf } from './api-request.ts';
import { uploadedId } from './render-certificates.ts';
import { packId } from './render-hostname.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';
import { takePair } from './take-certificate.ts';
import type { UploadedCertificate, UploadedPart } from './uploaded-certificate.ts';
import { showHostname, type World } from './world.ts';

interface Pack {
  record: StoredHostname;
  ssl: StoredSsl;
  uploaded: UploadedCertificate;
  /** The certificates of the pack: the one the address names, and the rest. */
  named: UploadedPart;
  others: UploadedPart[];
}

/** The pack and certificate that the address names; throws ApiError 1551 where there are none. */
function packOf(world: World, request: ApiRequest): Pack {
  const record = recordOf(request);
  showHostname(world, record);
  const { ssl } = record;
  const { uploaded } = ssl ?? {};
  if (ssl === undefined || uploaded === undefined || packId(record, ssl) !== request.ids.pack) throw new ApiError(1551);
  const named = uploaded.parts.find((part) => uploadedId(record, part) === request.ids.certificate);
  if (named === undefined) throw new ApiError(1551);
  return { record, ssl, uploaded, named, others: uploaded.parts.filter((part) => part !== named) };
}

/** `PUT …/certificate_pack/{pack}/certificates/{certificate}`: in a pack of two, replaces the one of the same key type. */
export function replaceCertificate(world: World, request: ApiRequest): Handled {
  const body = parseBody(request.body);
  const { record, ssl, uploaded, named, others } = packOf(world, request);
  world.judge.carriedKey();
  const { csrs } = zoneOf(request);
  const { refuseSelfSigned, knobs } = world;
  const replacement = takePair(body, {
    ...{ hostname: record.hostname, now: world.clock.now(), refuseSelfSigned, csrs },
    signatures: knobs.upload_signatures,
  });
  const [other] = others;
  if (other === undefined || replacement.ecdsa !== named.ecdsa) throw new ApiError(1434);
  ssl.uploaded = { csrId: uploaded.csrId, parts: [replacement, other] };
  ssl.status = 'pending_deployment';
  ssl.since = world.clock.now();
  return { answer: success(world.knobs, showHostname(world, record)), applied: true };
}

/** `DELETE …/certificate_pack/{pack}/certificates/{certificate}`: refused for the last certificate of a pack. */
export function deleteCertificate(world: World, request: ApiRequest): Handled {
  const { ssl, uploaded, others } = packOf(world, request);
  const [other] = others;
  if (other === undefined) throw new ApiError(1434);
  ssl.uploaded = { csrId: uploaded.csrId, parts: [other] };
  return { answer: bare({ id: request.ids.certificate }), applied: true };
}
