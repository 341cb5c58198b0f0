import type { LiveHostname, LiveSsl } from '../hostname/live.ts';
import * as z from '../json/zod.ts';
import type { CustomHostnameId, Hostname, JsonObject, ZoneId } from '../terms.ts';
import { ZONE_ID } from '../terms.ts';
import { PATH_PART } from './path-part.ts';

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const boolean = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
const objectOf = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

/** An id goes into paths. */
const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && PATH_PART.test(value) ? value : undefined;

/** A list counts as absent where an entry of it is not what it should be. */
function listOf<T>(value: unknown, read: (entry: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.map(read);
  return entries.includes(undefined) ? undefined : (entries as T[]);
}

/** The texts that an object has under these names; empty strings, null and other types count as absent. */
function textsOf(value: unknown, names: readonly string[]): Record<string, unknown> | undefined {
  const object = objectOf(value);
  if (object === undefined) return undefined;
  const texts: Record<string, unknown> = {};
  for (const name of names) if (typeof object[name] === 'string' && object[name] !== '') texts[name] = object[name];
  return texts;
}

/** Puts what is there of `members` into `object`. */
function withMembers<T extends object>(object: T, members: Record<string, unknown>): T {
  for (const name in members)
    if (members[name] !== undefined) (object as Record<string, unknown>)[name] = members[name];
  return object;
}

const CHALLENGE = ['type', 'name', 'value'];
const HTTP_CHALLENGE = ['http_url', 'http_body'];
const RECORD = ['status', 'txt_name', 'txt_value', ...HTTP_CHALLENGE, 'cname', 'cname_target'];
const CERTIFICATE = ['issuer', 'serial_number', 'signature', 'expires_on'];
const SSL = ['type', 'method', 'certificate_authority', 'bundle_method', ...CERTIFICATE];
/** Which of them is there tells that the certificate was uploaded. */
const UPLOADED = ['custom_certificate', 'custom_csr_id', 'uploaded_on'];
const HOSTNAME = ['created_at', 'custom_origin_server', 'custom_origin_sni'];

const statusOf = ({ status }: JsonObject): string => string(status) ?? 'unknown';
const messageOf = (value: unknown): string | undefined => string(objectOf(value)?.message);

function recordOf(value: unknown): Record<string, unknown> | undefined {
  const record = textsOf(value, RECORD);
  return record && withMembers(record, { emails: listOf(objectOf(value)?.emails, string) });
}

function certificateOf(value: unknown): Record<string, unknown> | undefined {
  const certificate = textsOf(value, [...CERTIFICATE, 'fingerprint_sha256']);
  const { fingerprint_sha256: hex } = certificate ?? {};
  const fingerprint_sha256 = string(hex)?.replaceAll(':', '').toLowerCase();
  return certificate && withMembers(certificate, { id: idOf(objectOf(value)?.id), fingerprint_sha256 });
}

function sslOf(value: unknown): LiveSsl | undefined {
  const ssl = objectOf(value);
  if (ssl === undefined) return undefined;
  return withMembers({ status: statusOf(ssl), ...textsOf(ssl, SSL) } as LiveSsl, {
    id: idOf(ssl.id),
    wildcard: boolean(ssl.wildcard),
    settings: objectOf(ssl.settings),
    validation_records: listOf(ssl.validation_records, recordOf),
    dcv_delegation_records: listOf(ssl.dcv_delegation_records, recordOf),
    validation_errors: listOf(ssl.validation_errors, messageOf),
    hosts: listOf(ssl.hosts, string),
    certificates: listOf(ssl.certificates, certificateOf),
    uploaded: Object.keys(textsOf(ssl, UPLOADED) ?? {}).length > 0 || undefined,
  });
}

/**
 * Reads a custom hostname as the API sends it, or undefined where it is none. Only known members are taken over, which
 * leaves `custom_key` and `custom_certificate` behind; statuses stay as they came. By hand, as each hostname of a list and each
 * edit comes through here: a schema takes seven times as long.
 */
export function parseHostnameResult(value: unknown, zone: ZoneId): LiveHostname | undefined {
  const found = objectOf(value);
  const [id, hostname] = [idOf(found?.id), string(found?.hostname)];
  if (found === undefined || id === undefined || hostname === undefined || hostname === '') return undefined;
  const live: LiveHostname = {
    id: id as CustomHostnameId,
    zone_id: zone,
    hostname: hostname.toLowerCase() as Hostname,
    status: statusOf(found),
    ...textsOf(found, HOSTNAME),
  };
  return withMembers(live, {
    custom_metadata: objectOf(found.custom_metadata),
    verification_errors: listOf(found.verification_errors, string),
    ownership_verification: textsOf(found.ownership_verification, CHALLENGE),
    ownership_verification_http: textsOf(found.ownership_verification_http, HTTP_CHALLENGE),
    ssl: sslOf(found.ssl),
  });
}

/** An optional text member; empty strings, null and other types count as absent. */
const text = z.string().min(1).optional().catch(undefined);
/** Goes into paths. */
const id = z.string().regex(PATH_PART);

const PLAN = z.object({ legacy_id: text, name: text }).transform(({ legacy_id, name }) => legacy_id ?? name);
const ZONES = z.array(
  z.object({
    id: z
      .string()
      .regex(ZONE_ID)
      .transform((id) => id as ZoneId),
    name: z.string(),
    plan: PLAN.optional().catch(undefined),
    account: z.object({ id }).optional().catch(undefined),
  }),
);

/** What an answer tells of a zone; its plan as the API names it (`pro`, `enterprise`). */
export type ZoneFacts = z.infer<typeof ZONES>[number];

/** Reads a list of zones, or undefined where it is none. */
export const parseZones = (value: unknown): ZoneFacts[] | undefined => ZONES.safeParse(value).data;

const QUOTA = z.object({
  allocated: z.number(),
  used: z.number(),
  exceeded: z.boolean().optional().catch(undefined),
  hard_cap: z.boolean().optional().catch(undefined),
});

/** How many custom hostnames a zone may have and has; `hard_cap`: none beyond those can be had. */
export type HostnameQuota = z.infer<typeof QUOTA>;

/** Reads a quota, or undefined where it is none. */
export const parseQuota = (value: unknown): HostnameQuota | undefined => QUOTA.safeParse(value).data;

const TOKEN = z.object({ status: z.string(), expires_on: text });

/** What the API tells of a token: `active`, `disabled` or `expired`, and when it ends (ISO 8601), where it does. */
export type TokenFacts = z.infer<typeof TOKEN>;

/** Reads what a token is, or undefined where it does not say. */
export const parseToken = (value: unknown): TokenFacts | undefined => TOKEN.safeParse(value).data;
