import type { Settlement } from '../terms.ts';

/**
 * How each known value of the two state machines counts when a batch settles. Sources: the enums of the official schema
 * and Cloudflare's validation-status and certificate-statuses pages; the undocumented test family counts by its names.
 */
const HOSTNAME_STATUS = new Map<string, Settlement>(
  Object.entries({
    active: 'active',
    active_redeploying: 'active',
    pending: 'pending',
    pending_blocked: 'pending',
    pending_migration: 'pending',
    pending_provisioned: 'pending',
    provisioned: 'pending',
    test_pending: 'pending',
    test_active: 'active',
    test_active_apex: 'active',
    moved: 'errored',
    blocked: 'errored',
    deleted: 'errored',
    pending_deletion: 'errored',
    test_blocked: 'errored',
    test_failed: 'errored',
  } as const),
);

const SSL_STATUS = new Map<string, Settlement>(
  Object.entries({
    active: 'active',
    staging_active: 'active',
    initializing: 'pending',
    pending_validation: 'pending',
    pending_issuance: 'pending',
    pending_deployment: 'pending',
    holding_deployment: 'pending',
    backup_issued: 'pending',
    staging_deployment: 'pending',
    initializing_timed_out: 'errored',
    validation_timed_out: 'errored',
    issuance_timed_out: 'errored',
    deployment_timed_out: 'errored',
    deletion_timed_out: 'errored',
    expired: 'errored',
    pending_expiration: 'errored',
    pending_cleanup: 'errored',
    pending_deletion: 'errored',
    deleted: 'errored',
    deactivating: 'errored',
    inactive: 'errored',
  } as const),
);

/**
 * Where a hostname stands: errored if either side is, else pending if either side is, else active. A hostname without
 * certificate is judged by its hostname status alone. A status this version does not know counts as pending: it is
 * neither a success nor a reason to stop waiting.
 */
export function settlementOf(status: string, sslStatus: string | undefined): Settlement {
  const hostname = HOSTNAME_STATUS.get(status) ?? 'pending';
  const certificate = sslStatus === undefined ? 'active' : (SSL_STATUS.get(sslStatus) ?? 'pending');
  if (hostname === 'errored' || certificate === 'errored') return 'errored';
  return hostname === 'pending' || certificate === 'pending' ? 'pending' : 'active';
}
