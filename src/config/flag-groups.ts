import type { Command } from 'commander';

/** Flags that several commands have, by what they are about, in the order of help; what no group has is a command's own. */
const GROUPS = {
  'Which hostnames': 'zone where fresh',
  Manifest: 'skip-invalid ignore-columns known-columns-only keep-columns max-manifest',
  Certificates: `in-pack match bundle bundle-folder bundle-password bundle-root resend allow-narrower min-days allow-short trust
    strict-permissions`,
  'What the plan may be': 'force expect max-calls until tz overwrite-drift',
  'Waves and stop rules': 'waves wave-wait max-pending confirm-waves max-failures stop-rule',
  'A look from here': 'look no-look skip-unready resolver allow-private root side-by-side target http-port connect',
  'Waiting and turns': 'wait wait-strict priority',
  Budget: 'quota share window issuance',
  'Where things are': 'state config queue seal-key-file notify log-file log-level metrics metrics-file',
  Output: 'format json yes quiet verbose',
} as const;

const PLACE: ReadonlyMap<string, { heading: string; at: number }> = new Map(
  Object.entries(GROUPS).flatMap(([heading, flags], at) =>
    flags.split(/\s+/).map((flag) => [`--${flag}`, { heading, at }] as const),
  ),
);

/** The headings under which flags stand that commands share. */
export const SHARED_HEADINGS: readonly string[] = Object.keys(GROUPS);

/**
 * Sorts the flags of a command and its subcommands into groups, the command's own first: wherever a flag stands, it stands in the
 * same group.
 */
export function groupFlags(command: Command): void {
  const placeOf = (long: string | null | undefined) => PLACE.get(long ?? '') ?? { heading: 'Options', at: -1 };
  for (const option of command.options) option.helpGroup(`${placeOf(option.long).heading}:`);
  (command.options as (typeof command.options)[number][]).sort((a, b) => placeOf(a.long).at - placeOf(b.long).at);
  for (const sub of command.commands) groupFlags(sub);
}
