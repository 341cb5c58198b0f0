import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { settledRow } from '../../../src/batch/settle/settled-row.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import { shop } from '../../hostname/generate.ts';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const ROW: PlanRow = {
  ...{ row: 7, decision: 'edit', effects: ['restarts_dcv'] },
  ...{ body: { ssl: { method: 'txt' } }, before: { ssl: { method: 'http' } } },
};
const PENDING = shop({
  custom_metadata: { customer: 'c-1' },
  ownership_verification: { name: '_cf.shop', type: 'txt', value: 'v' },
  ssl: {
    ...{ status: 'pending_validation', method: 'txt', certificate_authority: 'google' },
    validation_records: [{ txt_name: '_acme.shop', txt_value: 't' }],
    validation_errors: ['no TXT record'],
  },
} as Partial<LiveHostname>);

describe('a settled row', () => {
  it('says of an active hostname only that it is', () => {
    const live = shop({ ssl: { status: 'active', method: 'txt' } });
    expect(settledRow(ROW, live, {}, NOW)).toEqual({
      ...{ row: 7, settlement: 'active', status: 'active', ssl_status: 'active', phase: 'serving' },
    });
  });

  it('says of a pending one what to publish, whose it is, what is complained of, and until when', () => {
    expect(settledRow(ROW, PENDING, {}, NOW)).toMatchObject({
      ...{ settlement: 'pending', method: 'txt', certificate_authority: 'google' },
      ...{ custom_metadata: { customer: 'c-1' }, records: [{ txt_name: '_acme.shop', txt_value: 't' }] },
      ownership_verification: { name: '_cf.shop', type: 'txt', value: 'v' },
      errors: [expect.stringContaining('no TXT record')],
      deadlines: expect.anything(),
    });
  });

  it('names what the API still does not show of the change, and nothing that was not changed', () => {
    const live = shop({ ssl: { status: 'active', method: 'http' } });
    expect(settledRow(ROW, live, {}, NOW).not_shown).toEqual(['ssl.method']);
    const unchanged = { ...ROW, before: { ssl: { method: 'txt' } } };
    expect(settledRow(unchanged, live, {}, NOW)).not.toHaveProperty('not_shown');
    expect(settledRow({ ...ROW, body: undefined } as never, live, {}, NOW)).not.toHaveProperty('not_shown');
  });

  it('shows serial numbers only where the row brings a bundle', () => {
    const live = shop({ ssl: { status: 'active', certificates: [{ serial_number: '12' }] } } as never);
    expect(settledRow(ROW, live, {}, NOW)).not.toHaveProperty('serials');
    expect(settledRow({ ...ROW, bundle: { id: 'b', name: 'b.pem' } }, live, {}, NOW)).toHaveProperty('serials');
  });

  it('says of a hostname without certificate only its own status', () => {
    const { ssl: _, ...bare } = shop({ status: 'pending' });
    const row = settledRow({ ...ROW, body: { custom_origin_server: 'o.net' }, before: {} }, bare, {}, NOW);
    expect(row).toMatchObject({ settlement: 'pending', status: 'pending', not_shown: ['custom_origin_server'] });
    expect(row).not.toHaveProperty('ssl_status');
  });
});
