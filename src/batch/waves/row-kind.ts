import { type HostnamePhase, phaseOf } from '../../hostname/phase.ts';
import type { JsonObject, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Stands for what a row has not, where rows are named by what they have. */
export const NONE = '(none)';

/** What a plan says of a row, and the job of a row does, too, that tells of which kind it is. */
export type KindRow = Pick<PlanRow, 'zone_id' | 'lane' | 'body' | 'before' | 'status' | 'ssl_status'> & {
  bundle?: unknown;
};

/** What makes rows alike: where one of them comes to grief, so may the others. */
export interface RowKind {
  zone_id: ZoneId | undefined;
  lane: string | undefined;
  /** The certificate authority that it will have, else has; `uploaded` where the row brings its certificate. */
  certificate_authority: string | undefined;
  /** The validation method that it will have, else has. */
  method: string | undefined;
  wildcard: boolean;
  /** How far its hostname was when it was planned. */
  phase: HostnamePhase | undefined;
}

/** The kind of a row. One that leaves the certificate alone tells nothing of authority and method: they do not matter to it. */
export function kindOf({ zone_id, lane, body, before, bundle, status, ssl_status }: KindRow): RowKind {
  const text = (member: string): string | undefined => {
    const value = sslOf(body)[member] ?? sslOf(before)[member];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    zone_id,
    lane,
    certificate_authority: bundle === undefined ? text('certificate_authority') : 'uploaded',
    method: text('method'),
    wildcard: (sslOf(body).wildcard ?? sslOf(before).wildcard) === true,
    phase: status === undefined ? undefined : phaseOf(status, ssl_status, []),
  };
}

const sslOf = (stored: JsonObject | undefined): JsonObject => (stored?.ssl ?? {}) as JsonObject;
