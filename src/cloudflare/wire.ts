import type { LiveHostname } from '../hostname/live.ts';
import * as z from '../json/zod.ts';
import type { CustomHostnameId, Hostname, JsonObject, ZoneId } from '../terms.ts';
import { ZONE_ID } from '../terms.ts';
import { PATH_PART } from './path-part.ts';

/** An optional text member; empty strings, null and other types count as absent. */
const text = z.string().min(1).optional().catch(undefined);
const texts = z.array(z.string()).optional().catch(undefined);
const object = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const RECORD = z.object({
  status: text,
  txt_name: text,
  txt_value: text,
  http_url: text,
  http_body: text,
  cname: text,
  cname_target: text,
  emails: texts,
});
const records = z.array(RECORD).optional().catch(undefined);

/** Goes into paths. */
const id = z.string().regex(PATH_PART);

const CERTIFICATE = z.object({
  id: id.optional().catch(undefined),
  issuer: text,
  serial_number: text,
  signature: text,
  expires_on: text,
  fingerprint_sha256: z
    .string()
    .min(1)
    .transform((hex) => hex.replaceAll(':', '').toLowerCase())
    .optional()
    .catch(undefined),
});

const SSL = z.object({
  id: id.optional().catch(undefined),
  status: z.string().catch('unknown'),
  type: text,
  method: text,
  certificate_authority: text,
  bundle_method: text,
  wildcard: z.boolean().optional().catch(undefined),
  settings: object.optional().catch(undefined),
  validation_records: records,
  dcv_delegation_records: records,
  validation_errors: z
    .array(z.object({ message: z.string() }).transform(({ message }) => message))
    .optional()
    .catch(undefined),
  issuer: text,
  serial_number: text,
  expires_on: text,
  signature: text,
  hosts: texts,
  certificates: z.array(CERTIFICATE).optional().catch(undefined),
  custom_certificate: text,
  custom_csr_id: text,
  uploaded_on: text,
});

const HOSTNAME = z.object({
  id,
  hostname: z.string().min(1),
  status: z.string().catch('unknown'),
  created_at: text,
  custom_metadata: object.optional().catch(undefined),
  custom_origin_server: text,
  custom_origin_sni: text,
  verification_errors: texts,
  ownership_verification: z.object({ type: text, name: text, value: text }).optional().catch(undefined),
  ownership_verification_http: z.object({ http_url: text, http_body: text }).optional().catch(undefined),
  ssl: SSL.nullish().catch(undefined),
});

/**
 * Reads a custom hostname as the API sends it, or undefined where it is none. Only known members are taken over, which
 * leaves `custom_key` and `custom_certificate` behind; statuses stay as they came.
 */
export function parseHostnameResult(value: unknown, zone: ZoneId): LiveHostname | undefined {
  const parsed = HOSTNAME.safeParse(value);
  if (!parsed.success) return undefined;
  const { ssl, id, hostname, ...rest } = parsed.data;
  const live: Record<string, unknown> = {
    ...rest,
    id: id as CustomHostnameId,
    zone_id: zone,
    hostname: hostname.toLowerCase() as Hostname,
  };
  if (ssl) {
    const { custom_certificate, custom_csr_id, uploaded_on, ...known } = ssl;
    const uploaded = custom_certificate !== undefined || custom_csr_id !== undefined || uploaded_on !== undefined;
    const certificates = known.certificates?.map(withoutAbsent);
    live.ssl = withoutAbsent({ ...known, certificates, ...(uploaded ? { uploaded } : {}) });
  }
  return withoutAbsent(live) as unknown as LiveHostname;
}

function withoutAbsent(value: Record<string, unknown>): Record<string, unknown> {
  const present: Record<string, unknown> = {};
  for (const key in value) if (value[key] !== undefined) present[key] = value[key];
  return present;
}

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
