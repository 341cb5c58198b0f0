import * as z from '../json/zod.ts';
import { HostrollError, type JsonObject } from '../terms.ts';
import { bits, choice, fraction, hexText, uuid } from './draw.ts';
import { inventedHostname } from './invented-name.ts';
import type { SandboxHostname } from './load-hostname.ts';
import { DEFAULT_MIX, SEED_KINDS, type SeedKind } from './seed-kind.ts';
import type { WireSettings } from './wire-hostname.ts';
import { ZONE } from './zone-store.ts';

export const SEEDS = z.strictObject({
  count: z.int().min(0),
  /** Equal seeds give equal hostnames; 1 by default. */
  seed: z.int().min(0).exactOptional(),
  /** Weights of the kinds; those not named do not occur. */
  mix: z
    .partialRecord(z.enum(Object.keys(SEED_KINDS) as (keyof typeof SEED_KINDS)[]), z.number().min(0))
    .exactOptional(),
  /** The zone they belong to: the first by default. */
  zone_id: ZONE.shape.id.exactOptional(),
  /** Name of that zone, below which custom origins lie. */
  zone_name: z.string().exactOptional(),
  /** Unix milliseconds before which they were created; the start of 2026 by default, so that equal seeds stay equal. */
  before: z.number().exactOptional(),
});
export type SeedOptions = z.infer<typeof SEEDS>;

const SETTINGS: readonly [WireSettings, ...WireSettings[]] = [
  { http2: 'on', min_tls_version: '1.2', tls_1_3: 'on' },
  { http2: 'on', min_tls_version: '1.0', tls_1_3: 'on' },
  { http2: 'on', min_tls_version: '1.2', tls_1_3: 'on', early_hints: 'on' },
  {
    http2: 'on',
    min_tls_version: '1.2',
    tls_1_3: 'on',
    ciphers: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'],
  },
  { http2: 'off', min_tls_version: '1.1' },
  {},
];

const metadata = (seed: number, index: number): JsonObject => ({
  tenant: `t-${index + 1}`,
  plan: choice(['free', 'pro', 'scale', 'enterprise'], seed, index, 61),
  ...(fraction(seed, index, 62) < 0.2 ? { trial: fraction(seed, index, 63) < 0.5 } : {}),
  ...(fraction(seed, index, 64) < 0.1 ? { seats: bits(seed, index, 65) % 500 } : {}),
});

function pickKind(mix: [SeedKind, number][], total: number, at: number): SeedKind {
  let left = at * total;
  for (const [kind, weight] of mix) {
    left -= weight;
    if (left < 0) return kind;
  }
  return mix[0]?.[0] ?? 'active_http';
}

const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * `count` invented hostnames of a zone that has been in use for a while, one at a time. Equal options give equal
 * hostnames. Throws `SANDBOX_SEED` where the mix holds no kind.
 */
export function* seedHostnames(options: SeedOptions): Generator<SandboxHostname> {
  const { count, seed = 1, zone_id, zone_name = 'saas-platform.net', before = Date.UTC(2026, 0, 1) } = options;
  const mix = Object.entries(options.mix ?? DEFAULT_MIX) as [SeedKind, number][];
  const total = mix.reduce((sum, [, weight]) => sum + weight, 0);
  if (!(total > 0))
    throw new HostrollError('SANDBOX_SEED', 'The mix of a seed needs at least one kind with a weight above 0.');
  for (let index = 0; index < count; index += 1) {
    const kind: Pick<SandboxHostname, 'status' | 'ssl' | 'dns'> =
      SEED_KINDS[pickKind(mix, total, fraction(seed, index, 66))];
    const hostname = inventedHostname(index, seed);
    // Named members before those that are spread: the other way round every object gets a shape of its own, which costs
    // ten times the time and the memory.
    const given: SandboxHostname = {
      id: uuid(seed, index, 67),
      hostname,
      created_at: new Date(before - Math.floor(fraction(seed, index, 68) * 2 * YEAR_MS)).toISOString(),
      ...kind,
    };
    if (zone_id !== undefined) given.zone_id = zone_id;
    if (fraction(seed, index, 69) < 0.7) given.custom_metadata = metadata(seed, index);
    if (fraction(seed, index, 70) < 0.15)
      given.custom_origin_server = `origin-${1 + (bits(seed, index, 71) % 9)}.${zone_name}`;
    if (kind.ssl !== undefined) {
      given.ssl = {
        certificate_authority: choice(
          ['google', 'google', 'google', 'lets_encrypt', 'lets_encrypt', 'ssl_com'],
          seed,
          index,
          72,
        ),
        settings: choice(SETTINGS, seed, index, 73),
        ...kind.ssl,
        ...(kind.ssl.serial_number === undefined
          ? {}
          : { serial_number: BigInt(`0x${hexText(30, seed, index, 74)}`).toString() }),
      };
    }
    yield given;
  }
}
