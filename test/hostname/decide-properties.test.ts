import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/hostname/change.ts';
import { decide } from '../../src/hostname/decide.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import type { Json, JsonObject } from '../../src/terms.ts';
import { change, csvChange, liveHostname } from './generate.ts';
import { patched } from './patch-model.ts';

const typed = { untyped: false, existsElsewhere: false, choosesAuthority: true };
const untyped = { ...typed, untyped: true };

/** The body that an edit sends, or undefined where the row is not sent. */
function bodyOf(wanted: Change, live: LiveHostname, options = typed): JsonObject | undefined {
  const decision = decide(wanted, live, options);
  return decision.decision === 'edit' ? decision.body : undefined;
}

const SHOWN_SSL = ['method', 'type', 'bundle_method', 'wildcard'] as const;

/** Whether the ssl part of a change holds already, found out member by member. */
function sslHolds({ ssl: wanted }: Change, { ssl }: LiveHostname): boolean {
  if (wanted === undefined) return true;
  // Branding is never shown, so it is taken to be off; what is uploaded is not in the way the API shows it.
  if (ssl === undefined || wanted.cloudflare_branding === true) return false;
  if (ssl.uploaded === true && wanted.method !== undefined && wanted.certificate_authority !== undefined) return false;
  const sorted = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  const { certificate_authority: authority, settings = {} } = wanted;
  return (
    SHOWN_SSL.every(
      (key) => wanted[key] === undefined || wanted[key] === (ssl[key] ?? (key === 'type' ? 'dv' : null)),
    ) &&
    (authority === undefined || authority === ssl.certificate_authority) &&
    Object.entries(settings).every(([key, value]) => sorted(value) === sorted(ssl.settings?.[key]))
  );
}

describe('an edit, whatever the hostname and the change', () => {
  it('sends ssl only where the change needs it', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        const body = bodyOf(wanted, live);
        if (body !== undefined) expect('ssl' in body).toBe(!sslHolds(wanted, live));
      }),
      { numRuns: 1_000 },
    );
  });

  it('sends ssl whole: what the change does not name stays as it is, unknown settings included', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        const ssl = bodyOf(wanted, live)?.ssl as JsonObject | undefined;
        if (ssl === undefined) return;
        const { settings, ...fields } = wanted.ssl ?? {};
        const { status: _status, id: _id, uploaded: _uploaded, settings: liveSettings, ...stored } = live.ssl ?? {};
        const { settings: sent, ...members } = ssl;
        expect(members).toEqual({ type: 'dv', ...stored, ...fields });
        expect(sent ?? {}).toEqual({ ...liveSettings, ...settings });
        expect(typeof ssl.method).toBe('string');
      }),
      { numRuns: 1_000 },
    );
  });

  it('sends nothing but members the row names', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        for (const member of Object.keys(bodyOf(wanted, live) ?? {})) expect(wanted).toHaveProperty([member]);
      }),
    );
  });

  it('is enough: once the API did it, the same row is skipped', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        const body = bodyOf(wanted, live);
        // Never shown, or shown as what Cloudflare chose: whether these hold cannot be known.
        fc.pre(body !== undefined && wanted.ssl?.cloudflare_branding === undefined);
        fc.pre(wanted.ssl?.certificate_authority !== '');
        expect(decide(wanted, patched(live, body), typed)).toMatchObject({ decision: 'skip', code: 'ALREADY_SO' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every metadata key that the row does not name, with its type, and clears what it clears', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        const sent = bodyOf(wanted, live)?.custom_metadata as JsonObject | undefined;
        if (sent === undefined) return;
        const named = new Map(Object.entries(wanted.custom_metadata ?? {}));
        const before = new Map(Object.entries(live.custom_metadata ?? {}));
        const expected = new Map<string, Json>([...before, ...named].filter(([key]) => named.get(key) !== null));
        expect(new Map(Object.entries(sent))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('from CSV leaves a number or a truth value that reads the same as it is', () => {
    fc.assert(
      fc.property(csvChange, liveHostname, (wanted, live) => {
        const sent = bodyOf(wanted, live, untyped)?.custom_metadata as JsonObject | undefined;
        if (sent === undefined) return;
        const before = new Map(Object.entries(live.custom_metadata ?? {}));
        for (const [key, value] of Object.entries(sent)) {
          const old = before.get(key);
          if (old !== undefined && String(old) === String(value)) expect(value).toBe(old);
        }
      }),
    );
  });

  it('says what it replaces: the same members as the body, as they are now', () => {
    fc.assert(
      fc.property(change, liveHostname, (wanted, live) => {
        const decision = decide(wanted, live, typed);
        if (decision.decision !== 'edit') return;
        expect(Object.keys(decision.before).sort()).toEqual(Object.keys(decision.body).sort());
        if (live.ssl === undefined && 'ssl' in decision.before) expect(decision.before.ssl).toBeNull();
      }),
    );
  });

  it('leaves its inputs alone and comes out the same a second time', () => {
    fc.assert(
      fc.property(change, liveHostname, fc.boolean(), (wanted, live, existsElsewhere) => {
        const before = JSON.stringify([wanted, live]);
        const options = { ...typed, existsElsewhere };
        expect(decide(wanted, live, options)).toEqual(decide(wanted, live, options));
        expect(JSON.stringify([wanted, live])).toBe(before);
      }),
    );
  });
});
