import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTNAME_PHASES, type HostnamePhase, phaseOf } from '../../src/hostname/phase.ts';
import { settlementOf } from '../../src/hostname/settlement.ts';
import { WHO_ACTS } from '../../src/hostname/who-acts.ts';
import { SETTLEMENTS } from '../../src/terms.ts';

// The two enums of the official schema, by what its documentation says each means for whoever waits.
const HOSTNAME = {
  serving: ['active', 'active_redeploying', 'test_active', 'test_active_apex'],
  issuing: ['pending_blocked', 'pending_migration', 'pending_provisioned', 'provisioned'],
  waiting_for_customer: ['pending', 'test_pending'],
  stuck: ['moved', 'blocked', 'deleted', 'test_blocked', 'test_failed'],
  leaving: ['pending_deletion'],
};
const CERTIFICATE = {
  serving: ['active', 'staging_active'],
  issuing: [
    ...['initializing', 'pending_issuance', 'pending_deployment', 'holding_deployment'],
    ...['backup_issued', 'staging_deployment'],
  ],
  waiting_for_customer: ['pending_validation'],
  stuck: [
    ...['initializing_timed_out', 'validation_timed_out', 'issuance_timed_out', 'deployment_timed_out'],
    ...['deletion_timed_out', 'expired'],
  ],
  leaving: ['pending_expiration', 'pending_cleanup', 'pending_deletion', 'deleted', 'deactivating', 'inactive'],
};
const pairs = (table: Record<string, string[]>): [string, HostnamePhase][] =>
  Object.entries(table).flatMap(([phase, all]) => all.map((s): [string, HostnamePhase] => [s, phase as HostnamePhase]));
const statuses = pairs(HOSTNAME).map(([status]) => status);
const sslStatuses = pairs(CERTIFICATE).map(([status]) => status);

// Cloudflare's words, from its troubleshooting and error-code pages.
const CUSTOMER = [
  'CAA records block issuance. Please remove all CAA records or add records for this authority',
  'Certificate authority encountered a multiple perspective CAA check error, please ensure your DNS is configured',
  'Certificate authority was unable to verify domain ownership from multiple geographic locations (MPIC failure).',
  'the Certificate Authority had trouble performing a DNS lookup: SERVFAIL',
  'DNS problem: looking up CAA for acme-store.net: DNSSEC: Bogus',
  'custom hostname does not CNAME to this zone.',
  'a complaint of next year',
];
const AUTHORITY = [
  'The authority has rate limited these domains. Please wait for the rate limit to expire or try another authority.',
  'Internal error with Certificate Authority. Please check later',
  'The certificate authority will not issue for this domain. Please check your input or try another authority',
];
const OPERATOR = ['Zone does not have a fallback origin set.', 'Fallback origin is in a status of initializing.'];
const HELD =
  'The hostname is associated with a held zone. Please contact the owner of this domain to have the hold removed.';
const anyStatus = (known: string[]) => fc.oneof(fc.constantFrom(...known), fc.string());
const anyErrors = fc.array(fc.oneof(fc.constantFrom(...CUSTOMER, ...AUTHORITY, ...OPERATOR, HELD), fc.string()), {
  maxLength: 3,
});

describe('the phase of a hostname', () => {
  it('is known for all 16 hostname and 21 certificate statuses', () => {
    expect([statuses.length, sslStatuses.length]).toEqual([16, 21]);
  });

  it.each(pairs(HOSTNAME))(
    'with nothing amiss at its certificate is that of its own status: %s is %s',
    (status, phase) => {
      expect([phaseOf(status, undefined, []), phaseOf(status, 'active', [])]).toEqual([phase, phase]);
    },
  );

  it.each(pairs(CERTIFICATE))('of an active hostname is that of its certificate: %s is %s', (sslStatus, phase) => {
    expect(phaseOf('active', sslStatus, [])).toBe(phase);
  });

  it.each(['', 'ACTIVE', 'active ', 'quantum_pending', 'constructor', '__proto__'])(
    'is unrecognised for a status nobody has heard of, unless the other one is in error: "%s"',
    (status) => {
      expect(phaseOf(status, 'active', [])).toBe('unrecognised');
      expect(phaseOf('active', status, [])).toBe('unrecognised');
      expect(phaseOf(status, 'expired', [])).toBe('stuck');
      expect(phaseOf('moved', status, [])).toBe('stuck');
    },
  );

  it.each(CUSTOMER)('waits for the customer when the complaint is about their DNS: %s', (error) => {
    expect(phaseOf('active', 'pending_validation', [error])).toBe('waiting_for_customer');
    expect(phaseOf('active', 'pending_validation', [...AUTHORITY, error])).toBe('waiting_for_customer');
  });

  it.each(AUTHORITY)('waits for the authority when it alone refuses: %s', (error) => {
    expect(phaseOf('active', 'pending_validation', [error])).toBe('waiting_for_authority');
    expect(phaseOf('active', 'pending_validation', [error, error])).toBe('waiting_for_authority');
    expect(phaseOf('pending', 'pending_validation', [error])).toBe('waiting_for_customer');
  });

  it.each(OPERATOR)('is stuck while only the operator can end the complaint: %s', (error) => {
    expect(phaseOf('pending', 'active', [error])).toBe('stuck');
    expect(phaseOf('pending', 'pending_validation', [...CUSTOMER, error])).toBe('stuck');
  });

  it('waits for the owner of a domain that is held, whatever else is complained about and however the hold shows', () => {
    for (const [status, ssl] of [
      ['pending', 'pending_validation'],
      ['blocked', 'pending_validation'],
      ['blocked', 'active'],
    ] as const) {
      expect(phaseOf(status, ssl, [...CUSTOMER, ...OPERATOR, HELD])).toBe('waiting_for_owner');
    }
    expect(phaseOf('blocked', 'active', [])).toBe('stuck');
    expect(phaseOf('active', 'active', [HELD])).toBe('serving');
  });

  it('waits for nobody before Cloudflare has checked by itself, unless something is complained about', () => {
    expect(phaseOf('pending', 'pending_validation', [], true)).toBe('validating');
    expect(phaseOf('pending', 'pending_validation', [], false)).toBe('waiting_for_customer');
    for (const error of [...CUSTOMER, ...AUTHORITY, ...OPERATOR, HELD]) {
      expect(phaseOf('pending', 'pending_validation', [error], true)).toBe(
        phaseOf('pending', 'pending_validation', [error]),
      );
    }
    for (const status of ['active', 'moved', 'pending_deletion', 'a new one']) {
      expect(phaseOf(status, 'active', [], true)).toBe(phaseOf(status, 'active', []));
    }
  });

  it('does not call back what is being deleted, whatever else is wrong with it', () => {
    fc.assert(
      fc.property(anyStatus(sslStatuses), anyErrors, (sslStatus, errors) => {
        expect(phaseOf('pending_deletion', sslStatus, errors)).toBe('leaving');
      }),
    );
  });

  it('never contradicts the settlement: complaints only choose among the phases of a pending hostname', () => {
    const settles = { serving: 'active', stuck: 'errored', leaving: 'errored' } as Record<string, string>;
    const sslStatus = fc.option(anyStatus(sslStatuses), { nil: undefined });
    fc.assert(
      fc.property(anyStatus(statuses), sslStatus, anyErrors, fc.boolean(), (status, ssl, errors, unchecked) => {
        const phase = phaseOf(status, ssl, errors, unchecked);
        const settlement = settlementOf(status, ssl);
        expect(HOSTNAME_PHASES).toContain(phase);
        expect(SETTLEMENTS).toContain(settlement);
        if (phase === 'stuck' && settlement === 'pending') expect(errors).not.toEqual([]);
        else if (phase === 'waiting_for_owner' && settlement === 'errored') expect(status).toBe('blocked');
        else expect(settlement).toBe(settles[phase] ?? 'pending');
        if (settlement !== 'pending' && phase !== 'waiting_for_owner') expect(phaseOf(status, ssl, [])).toBe(phase);
      }),
    );
  });

  it('names somebody to act wherever something is to be done', () => {
    const idle = HOSTNAME_PHASES.filter((phase) => WHO_ACTS[phase] === 'nobody');
    expect(idle).toEqual(['serving', 'leaving']);
  });
});
