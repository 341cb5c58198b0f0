import { describe, expect, it } from 'vitest';
import { SettleMemory } from '../../../src/batch/settle/settle-memory.ts';
import type { LiveHostname, ValidationRecord } from '../../../src/hostname/live.ts';
import { MINUTE } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';

const START = Date.parse('2026-11-26T12:00:00.000Z');
const token = (value: string) => ({ txt_name: '_acme', txt_value: value }) as unknown as ValidationRecord;
const pending = (value: string, more: Partial<LiveHostname> = {}) =>
  shop({ ssl: { status: 'pending_validation', method: 'txt', validation_records: [token(value)] }, ...more });

describe('what settling remembers of a row', () => {
  it('tells whether a hostname stands as it stood when it was seen last', () => {
    const memory = new SettleMemory(2);
    const changes = [pending('a'), pending('a'), pending('b'), shop(), shop()].map(
      (live, at) => memory.see(1, live, START + at * MINUTE).changed,
    );
    expect(changes).toEqual([true, false, true, true, false]);
    expect(memory.see(0, shop(), START).changed).toBe(true);
  });

  it('knows the age of tokens that were replaced while it looked on, and of no others', () => {
    const memory = new SettleMemory(1);
    expect(memory.see(0, pending('a'), START)).not.toHaveProperty('tokens_seen_at');
    expect(memory.see(0, pending('a'), START + MINUTE)).not.toHaveProperty('tokens_seen_at');
    const replaced = { tokens_seen_at: START + 2 * MINUTE };
    expect(memory.see(0, pending('b'), START + 2 * MINUTE)).toMatchObject(replaced);
    expect(memory.see(0, pending('b'), START + 3 * MINUTE)).toMatchObject(replaced);
  });

  it('knows since when a hostname has its status', () => {
    const memory = new SettleMemory(1);
    for (const minute of [0, 1]) {
      expect(memory.see(0, pending('a'), START + minute * MINUTE).status_seen_at).toBe(START);
    }
    const moved = memory.see(0, pending('a', { status: 'moved' }), START + 2 * MINUTE);
    expect(moved.status_seen_at).toBe(START + 2 * MINUTE);
  });

  it('finds the list that a row was in: by its certificate first, then its hostname; none where it is in no such list', () => {
    const memory = new SettleMemory(4);
    const hostnames = [pending('a'), pending('b'), shop({ status: 'pending' }), shop(), shop({ status: 'brand_new' })];
    hostnames.slice(0, 4).forEach((live, row) => void memory.see(row, live, START));
    const found = [0, 1, 2, 3].map((row) => memory.filterOf(row));
    expect(found).toEqual([
      { ssl_status: 'pending_validation' },
      { ssl_status: 'pending_validation' },
      { hostname_status: 'pending' },
      undefined,
    ]);
    // One value for one list: rows of one list are then counted once.
    expect(found[0]).toBe(found[1]);
    // A status that nobody knows has no list that the API would let us ask for.
    memory.see(3, hostnames[4] as LiveHostname, START);
    expect(memory.filterOf(3)).toBeUndefined();
  });

  it('takes a state for news once, whatever its next check', () => {
    const memory = new SettleMemory(1);
    const state = { row: 7, settlement: 'pending', status: 'active' } as const;
    const at = (time: string) => ({ ...state, deadlines: { next_check: { at: time } } }) as never;
    expect([at('2026-11-26T12:00:00Z'), at('2026-11-26T13:00:00Z')].map((each) => memory.isNews(0, each))).toEqual([
      true,
      false,
    ]);
    expect(memory.isNews(0, { ...state, settlement: 'active' })).toBe(true);
  });
});
