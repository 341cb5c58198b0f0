import type { BundleRef } from '../certificate/bundle.ts';
import { coversHostname } from '../certificate/covers.ts';
import type { Code } from '../codes/code.ts';
import type { Change } from './change.ts';
import type { LiveHostname } from './live.ts';

/** What would go wrong if a bundle were sent to this hostname; undefined where nothing would. */
export function refuseUpload(
  { name, certificates }: BundleRef,
  { ssl }: Change,
  { hostname }: LiveHostname,
): { code: Code; message: string } | undefined {
  if (ssl?.certificate_authority !== undefined) {
    return {
      code: 'SSL_AUTHORITY_WITH_BUNDLE',
      message: `The row of ${hostname} names both a bundle and ssl.certificate_authority; an authority issues, a bundle is uploaded.`,
    };
  }
  const lacking = certificates.find(({ hosts }) => !coversHostname(hosts, hostname));
  if (lacking === undefined) return undefined;
  return {
    code: 'CERTIFICATE_NOT_FOR_HOSTNAME',
    message: `The ${lacking.key_type === 'rsa' ? 'RSA' : 'ECDSA'} certificate of bundle ${name} is not for ${hostname}, but for ${listed(lacking.hosts)}.`,
  };
}

const HOSTS_NAMED = 5;

function listed(hosts: readonly string[]): string {
  const more = hosts.length - HOSTS_NAMED;
  return `${hosts.slice(0, HOSTS_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
