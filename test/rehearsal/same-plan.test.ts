import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHostnameResult } from '../../src/cloudflare/wire.ts';
import { CERTIFICATE_AUTHORITIES, type Change, MIN_TLS_VERSIONS, ON_OFF } from '../../src/hostname/change.ts';
import { decide } from '../../src/hostname/decide.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { sandboxHostname } from '../../src/rehearsal/sandbox-hostname.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { ZoneId } from '../../src/terms.ts';
import { start } from '../sandbox/running.ts';

const liveIn = (sandbox: Sandbox): LiveHostname[] =>
  [...sandbox.hostnames()].flatMap((wire) => parseHostnameResult(wire, wire.zone_id as ZoneId) ?? []);

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>({ recheck: true }),
  fc.record<Change>(
    {
      custom_metadata: fc.dictionary(
        fc.constantFrom('plan', 'tenant', 'wave'),
        fc.oneof(fc.constantFrom('pro', 't-1', 3, true), fc.constant(null)),
        { minKeys: 1 },
      ),
      custom_origin_server: fc.constantFrom('origin-1.saas-platform.net', null),
      ssl: fc.record(
        {
          method: fc.constantFrom('http', 'txt'),
          certificate_authority: fc.constantFrom(...CERTIFICATE_AUTHORITIES),
          wildcard: fc.boolean(),
          settings: fc.record(
            { min_tls_version: fc.constantFrom(...MIN_TLS_VERSIONS), http2: fc.constantFrom(...ON_OFF) },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
);

test('a row is planned the same against a zone and against a simulator loaded with its snapshot', async () => {
  const original = await start({
    seeds: [{ count: 400, seed: 11 }],
    hostnames: [{ hostname: 'old.acme-store.net', ssl: { certificate_authority: '' } }],
  });
  const before = liveIn(original);
  const loaded = await start({ hostnames: before.map((live) => sandboxHostname(live, 'none')) });
  const after = new Map(liveIn(loaded).map((live) => [live.id, live]));
  expect(after.size).toBe(before.length);
  fc.assert(
    fc.property(fc.nat(before.length - 1), changes, fc.boolean(), (at, change, untyped) => {
      const live = before[at];
      const again = live && after.get(live.id);
      if (live === undefined || again === undefined) throw new Error(`hostname ${at} was lost`);
      expect(decide(change, again, { untyped, existsElsewhere: false })).toEqual(
        decide(change, live, { untyped, existsElsewhere: false }),
      );
      expect([again.status, again.ssl?.status]).toEqual([live.status, live.ssl?.status]);
    }),
    { numRuns: 2_000 },
  );
});
