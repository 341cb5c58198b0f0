import type { BundleRef, CertificateFacts } from '../certificate/bundle.ts';
import { coversHostname } from '../certificate/covers.ts';
import type { Code } from '../codes/code.ts';
import type { Change } from './change.ts';
import type { LiveHostname } from './live.ts';

/** What would go wrong if a bundle were sent to this hostname; undefined where nothing would. */
export function refuseUpload(
  { name, certificates }: BundleRef,
  { ssl }: Change,
  { hostname, ssl: live }: LiveHostname,
  { allowNarrower = false }: { allowNarrower?: boolean },
): { code: Code; message: string } | undefined {
  if (ssl?.certificate_authority !== undefined) {
    return {
      code: 'SSL_AUTHORITY_WITH_BUNDLE',
      message: `The row of ${hostname} names both a bundle and ssl.certificate_authority; an authority issues, a bundle is uploaded.`,
    };
  }
  const lacking = certificates.find(({ hosts }) => !coversHostname(hosts, hostname));
  if (lacking === undefined) {
    const wildcard = `*.${hostname}`;
    const narrow = certificates.find(({ hosts }) => !coversHostname(hosts, wildcard));
    if (narrow === undefined || allowNarrower || (ssl?.wildcard ?? live?.wildcard) !== true) return undefined;
    return {
      code: 'CERTIFICATE_NARROWER',
      message: `${hostname} serves ${wildcard}, too, which the ${typeOf(narrow)} certificate of bundle ${name} is not for: its subdomains would lose TLS.`,
    };
  }
  return {
    code: 'CERTIFICATE_NOT_FOR_HOSTNAME',
    message: `The ${typeOf(lacking)} certificate of bundle ${name} is not for ${hostname}, but for ${listed(lacking.hosts)}.`,
  };
}

const typeOf = ({ key_type }: CertificateFacts): string => key_type.toUpperCase();

const HOSTS_NAMED = 5;

function listed(hosts: readonly string[]): string {
  const more = hosts.length - HOSTS_NAMED;
  return `${hosts.slice(0, HOSTS_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
