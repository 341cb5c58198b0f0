import { createHash } from 'node:crypto';
import { registrableDomain } from '../dns/registrable-domain.ts';
import { dnsRecords, TTL } from './dns-records.ts';
import type { Group } from './grouping.ts';
import { leftOutText, remarks } from './remarks.ts';
import { quotedStrings } from './zone-file.ts';

/**
 * Records as Terraform configuration in its JSON syntax, for domains whose DNS is at Cloudflare: resources of version 5 of
 * the provider, with a variable for the zone id of every registrable domain.
 * https://registry.terraform.io/providers/cloudflare/cloudflare/latest/docs/resources/dns_record
 */
export function terraformJson({ handOffs }: Group): string {
  const { records, leftOut } = dnsRecords(handOffs);
  const variables: Record<string, object> = {};
  const resources: Record<string, object> = {};
  for (const { name, type, values } of records) {
    const domain = registrableDomain(name);
    const variable = `zone_id_${identifier(domain)}`;
    variables[variable] = { type: 'string', description: `Cloudflare zone id of ${literal(domain)}` };
    for (const value of values) {
      resources[identifier(`${type.toLowerCase()} ${name} ${value}`)] = {
        zone_id: `\${var.${variable}}`,
        name: literal(name),
        type,
        content: literal(type === 'TXT' ? quotedStrings(value) : value),
        ttl: TTL,
        // A CNAME behind the proxy answers with addresses, and validation would not be led on.
        ...(type === 'CNAME' && { proxied: false }),
      };
    }
  }
  const comments = [...handOffs.flatMap(remarks), ...leftOut.map(leftOutText)];
  return `${JSON.stringify(
    {
      // Terraform takes no notice of this member.
      '//': comments,
      terraform: { required_providers: { cloudflare: { source: 'cloudflare/cloudflare', version: '~> 5.0' } } },
      ...(records.length > 0 && { variable: variables, resource: { cloudflare_dns_record: resources } }),
    },
    null,
    2,
  )}\n`;
}

/** Text that Terraform must not take for a template. */
const literal = (text: string): string => text.replace(/([$%])\{/g, '$1$1{');

/** A name for Terraform: readable, and different for different texts. */
const identifier = (text: string): string =>
  `${text
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 60)
    .replace(/_+$/, '')}_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
