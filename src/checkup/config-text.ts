import { printable } from '../text/printable.ts';
import { formatCount } from '../text/text-layout.ts';
import type { SeenZone } from './seen-by.ts';

/** What is written where everything else stays as it is without a file. */
const REST = `
  // Certificates that manifests name in their column "bundle" (docs/certificates.md).
  // "bundles": {
  //   "acme": { "pairs": [{ "certificate": "certs/acme.pem", "key": "keys/acme.key" }] },
  // },

  // When a batch is not to go on by itself (docs/rollouts.md).
  // "stop_rules": [{ "name": "few", "trouble": "failed", "per": [], "least": 20, "share": 0.02, "action": "hold" }],

  // Who is told what happens to batches (docs/notices.md).
  // "notify": [{ "url": { "env": "SLACK_WEBHOOK" }, "format": "slack", "on": ["held", "finished"] }],
}
`;

/** Where the credential came from, and what it sees. */
export interface Found {
  /** The members that say where the secret is. */
  secret: readonly string[];
  zones: readonly SeenZone[];
  /** Path or URL of the schema, for editors. */
  schema: string;
}

/**
 * A configuration file as its first reader should see it: JSON with comments, what the credential sees filled in, the rest as
 * comments that are right once their slashes are taken away.
 */
export function configText({ secret, zones, schema }: Found): string {
  // Zones without custom hostnames are of no use here.
  const lines = zones.map(
    (zone) => `        ${zone.failure ? '// ' : ''}${JSON.stringify(zone.name)}, // ${remarkOf(zone)}`,
  );
  return `// Configuration of hostroll (docs/configuration.md). Flags go before it, it goes before the environment.
{
  "$schema": ${JSON.stringify(schema)},

  // Each credential has a budget of its own. With several, each names its zones, and a zone belongs to one of them.
  "credentials": [
    {
      "name": "default",
      // Where the secret is; the secret itself does not belong here. {"file": "path"} will do as well.
${secret.map((line) => `      ${line},`).join('\n')}
      "zones": [
${lines.join('\n')}
      ],
      // Calls per window that the API allows it, and the part of them to use: the rest is left to people and other tools.
      "quota": "1200/300",
      "share": 0.8,
    },
  ],
${REST}`;
}

function remarkOf({ id, plan, hostnames, failure }: SeenZone): string {
  const count =
    failure !== undefined
      ? `custom hostnames cannot be read: ${failure.message}`
      : hostnames === undefined
        ? 'not looked into'
        : `${formatCount(hostnames)} custom hostnames`;
  return printable(`${id}, ${plan ?? 'plan not shown'}, ${count}`);
}
