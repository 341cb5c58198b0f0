import { parseExact, stringifyExact } from '../json/exact-json.ts';
import type { JsonObject } from '../terms.ts';
import { ApiError } from './api-error.ts';
import { type BodyContext, checkBody, SSL_OFF } from './check-body.ts';
import type { OriginContext } from './check-origin.ts';
import { isIncomplete, isObject } from './check-ssl.ts';
import { choice, textBits } from './draw.ts';
import { askedConfiguration, editSsl, lostSettings, type SslConfiguration, sameConfiguration } from './edit-ssl.ts';
import type { Knobs } from './knobs.ts';
import type { Entitlements } from './plans.ts';
import type { StoredHostname } from './stored-hostname.ts';
import { takeCertificate } from './take-certificate.ts';

/** What has been seen to be chosen. */
const CHOSEN = ['google', 'ssl_com'] as const;

/** What an edit is made under. */
export interface EditContext {
  now: number;
  knobs: Knobs;
  entitlements: Entitlements;
  zone: OriginContext & { csrs: ReadonlySet<string> };
  refuseSelfSigned: boolean;
}

/** What an edit did that its author may not have meant. */
export interface EditRemarks {
  /** Dotted paths of what was set before and is not any more, though the body did not name it. */
  lost: string[];
  /** The body's `ssl` asked for what was so already. */
  equalSsl: boolean;
}

function editMetadata(record: StoredHostname, body: JsonObject, knobs: Knobs): void {
  const { custom_metadata: given } = body;
  if (given === undefined || (given === null && !knobs.null_clears)) return;
  const replaced = isObject(given) ? given : {};
  const stored = record.metadata === undefined ? {} : (parseExact(record.metadata) as JsonObject);
  const merged = knobs.metadata === 'merge' && Object.keys(replaced).length > 0 ? { ...stored, ...replaced } : replaced;
  record.metadata = Object.keys(merged).length === 0 ? undefined : stringifyExact(merged);
}

function editOrigin(record: StoredHostname, body: JsonObject, knobs: Knobs): void {
  const edited = (stored: string | undefined, name: string): string | undefined => {
    const given = body[name];
    if (typeof given === 'string') return given === '' ? undefined : given;
    return given === null && knobs.null_clears ? undefined : stored;
  };
  record.originServer = edited(record.originServer, 'custom_origin_server');
  record.originSni = edited(record.originSni, 'custom_origin_sni');
}

/** Statuses that an edit brings back to `pending`. */
const REVIVABLE = ['moved', 'deleted', 'blocked', 'pending'];

function reviveHostname(record: StoredHostname, body: JsonObject, now: number, knobs: Knobs): void {
  const isRefresh = record.status === 'pending' && Object.keys(body).length === 0;
  if (isRefresh || (REVIVABLE.includes(record.status) && (isObject(body.ssl) || knobs.revive === 'any'))) {
    record.status = 'pending';
    record.since = now;
  } else if (record.status === 'active' && knobs.redeploying_ms > 0) {
    record.status = 'active_redeploying';
    record.since = now;
  }
}

function remark(body: JsonObject, before: SslConfiguration | undefined, after: SslConfiguration): EditRemarks {
  if (before === undefined) return { lost: [], equalSsl: false };
  const ssl = isObject(body.ssl) ? body.ssl : {};
  const lost = lostSettings(before, after);
  if (before.wildcard && !after.wildcard && ssl.wildcard === undefined) lost.push('ssl.wildcard');
  if (before.bundleMethod !== after.bundleMethod && ssl.bundle_method === undefined) lost.push('ssl.bundle_method');
  return { lost, equalSsl: sameConfiguration(before, after) };
}

/** Where the zone may not choose, Cloudflare does, for each certificate anew. */
function chooseAuthority({ id, ssl }: StoredHostname): void {
  if (ssl !== undefined) ssl.certificateAuthority = choice(CHOSEN, textBits(id), ssl.order, 45);
}

/** A body as it is heeded: the knob may have an incomplete `ssl` object pass without any effect. */
function withoutIgnored(body: JsonObject, knobs: Knobs): JsonObject {
  if (knobs.ssl_incomplete !== 'ignore' || !isObject(body.ssl) || !isIncomplete(body.ssl)) return body;
  const { ssl: _ignored, ...rest } = body;
  return rest;
}

/** What the body of an edit, or of the creation of `record`, is checked against. */
export function bodyContext(
  { originServer, ssl }: Pick<StoredHostname, 'originServer' | 'ssl'>,
  { now, knobs, entitlements, zone }: EditContext,
): BodyContext {
  return {
    stored: { originServer, wildcard: ssl?.wildcard ?? false },
    entitlements,
    zone,
    now,
    incompleteCode: knobs.ssl_incomplete === 'ignore' ? 1440 : knobs.ssl_incomplete,
  };
}

/**
 * Applies the body of a PATCH to a hostname that has been advanced to `context.now`. Throws the ApiError of the first
 * thing wrong, having changed nothing.
 */
export function editHostname(record: StoredHostname, given: JsonObject, context: EditContext): EditRemarks {
  const { now, knobs, entitlements, zone, refuseSelfSigned } = context;
  const body = withoutIgnored(given, knobs);
  if (body.hostname !== undefined && body.hostname !== record.hostname) throw new ApiError(1439);
  checkBody(body, bodyContext(record, context));
  let remarks: EditRemarks = { lost: [], equalSsl: false };
  if (isObject(body.ssl)) {
    const signatures = knobs.upload_signatures;
    const upload = { hostname: record.hostname, now, refuseSelfSigned, signatures, csrs: zone.csrs };
    const uploaded = takeCertificate(body.ssl, upload);
    const asked = askedConfiguration(body.ssl, record.ssl, knobs);
    remarks = remark(body, record.ssl, asked);
    if (uploaded !== undefined || record.ssl?.uploaded !== undefined) remarks.equalSsl = false;
    const meant = uploaded !== undefined || body.ssl.certificate_authority !== undefined;
    if (!meant && record.ssl?.uploaded !== undefined) remarks.lost.push('ssl.custom_certificate');
    const order = record.ssl?.order;
    editSsl(record, asked, uploaded, now, knobs);
    const isOrdered = uploaded === undefined && record.ssl?.order !== order;
    if (isOrdered && !entitlements.certificate_authority) chooseAuthority(record);
  }
  if (body.ssl === SSL_OFF) record.ssl = undefined;
  editMetadata(record, body, knobs);
  editOrigin(record, body, knobs);
  reviveHostname(record, body, now, knobs);
  return remarks;
}
