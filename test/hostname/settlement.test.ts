import { describe, expect, it } from 'vitest';
import { settlementOf } from '../../src/hostname/settlement.ts';
import type { Settlement } from '../../src/terms.ts';

// The two enums of the official schema, by what its documentation says each means for an operator who waits.
const HOSTNAME: Record<Settlement, string[]> = {
  active: ['active', 'active_redeploying', 'test_active', 'test_active_apex'],
  pending: ['pending', 'pending_blocked', 'pending_migration', 'pending_provisioned', 'provisioned', 'test_pending'],
  errored: ['moved', 'blocked', 'deleted', 'pending_deletion', 'test_blocked', 'test_failed'],
};
const CERTIFICATE: Record<Settlement, string[]> = {
  active: ['active', 'staging_active'],
  pending: [
    'initializing',
    'pending_validation',
    'pending_issuance',
    'pending_deployment',
    'holding_deployment',
    'staging_deployment',
    'backup_issued',
  ],
  errored: [
    ...['initializing_timed_out', 'validation_timed_out', 'issuance_timed_out', 'deployment_timed_out'],
    ...['deletion_timed_out', 'expired', 'pending_expiration', 'pending_cleanup', 'pending_deletion', 'deleted'],
    ...['deactivating', 'inactive'],
  ],
};
const pairs = (table: Record<Settlement, string[]>): [string, Settlement][] =>
  (Object.entries(table) as [Settlement, string[]][]).flatMap(([to, all]) =>
    all.map((s): [string, Settlement] => [s, to]),
  );
const worse = (a: Settlement, b: Settlement): Settlement =>
  [a, b].includes('errored') ? 'errored' : [a, b].includes('pending') ? 'pending' : 'active';

describe('where a hostname stands', () => {
  it('is known for all 16 hostname and 21 certificate statuses', () => {
    expect([pairs(HOSTNAME).length, pairs(CERTIFICATE).length]).toEqual([16, 21]);
  });

  it('is the worse of its two statuses, in every combination', () => {
    for (const [status, hostname] of pairs(HOSTNAME)) {
      for (const [sslStatus, certificate] of pairs(CERTIFICATE)) {
        expect([status, sslStatus, settlementOf(status, sslStatus)]).toEqual([
          status,
          sslStatus,
          worse(hostname, certificate),
        ]);
      }
    }
  });

  it.each(pairs(HOSTNAME))(
    'is said by the hostname status alone without a certificate: %s is %s',
    (status, settlement) => {
      expect(settlementOf(status, undefined)).toBe(settlement);
    },
  );

  it.each(['', 'ACTIVE', 'active ', 'quantum_pending', 'constructor', '__proto__'])(
    'is pending for a status nobody has heard of: "%s"',
    (status) => {
      expect(settlementOf(status, 'active')).toBe('pending');
      expect(settlementOf('active', status)).toBe('pending');
      expect(settlementOf(status, 'expired')).toBe('errored');
    },
  );
});
