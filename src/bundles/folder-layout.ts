import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PairFiles } from './bundle-source.ts';

type Layout = [certificate: string, key?: string, chain?: string];

/** Where the pairs of a bundle named `name` may be: our own layout, and what clients, controllers and vendors leave. */
const layoutsOf = (name: string): Layout[] => [
  [`${name}/rsa.pem`, `${name}/rsa.key`],
  [`${name}/ecdsa.pem`, `${name}/ecdsa.key`],
  // certbot, in /etc/letsencrypt/live; dehydrated
  [`${name}/fullchain.pem`, `${name}/privkey.pem`],
  // lego, in .lego/certificates; Traefik's dumps, flat
  [`${name}.crt`, `${name}.key`],
  // acme.sh, in ~/.acme.sh
  [`${name}/fullchain.cer`, `${name}/${name}.key`],
  [`${name}_ecc/fullchain.cer`, `${name}_ecc/${name}.key`],
  // cert-manager and other mounted Kubernetes secrets
  [`${name}/tls.crt`, `${name}/tls.key`],
  // Caddy, in certificates/<directory of the authority>, and a vendor's zip, whose chain is apart
  [`${name}/${name}.crt`, `${name}/${name}.key`, `${name}/${name}.ca-bundle`],
  // Traefik's dumps
  [`certs/${name}.crt`, `private/${name}.key`],
  [`${name}/certificate.crt`, `${name}/privatekey.key`],
  // HAProxy, all in one; PKCS#12
  [`${name}.pem`],
  [`${name}.p12`],
  [`${name}.pfx`],
];

/** How tools write a name with a wildcard, and what a second certificate beside the first is mostly called. */
const spellingsOf = (name: string): string[] => {
  const own = name.startsWith('*.') ? [name, `_${name.slice(1)}`, `wildcard_${name.slice(1)}`] : [name];
  return [...own, ...own.flatMap((one) => [`${one}-ecdsa`, `${one}-rsa`])];
};

/**
 * Finds the pairs of bundles that lie in `folder` under their names, of any layout. A key without its certificate counts, unless it
 * is that of another layout: half a bundle is not to be lost unsaid. What is in the folder itself is read once, for all bundles.
 */
export function pairsInFolder(folder: string): (name: string) => PairFiles[] {
  const top = new Set(namesIn(folder));
  const isThere = (file: string | undefined): file is string => {
    const [first = '', inner] = file?.split('/') ?? [];
    return top.has(first) && (inner === undefined || existsSync(join(folder, first, inner)));
  };
  return (name) => {
    const all = spellingsOf(name).flatMap(layoutsOf);
    const whole = all.filter(([certificate]) => isThere(certificate));
    const halves = all.filter(
      ([certificate, key]) => !isThere(certificate) && isThere(key) && !whole.some(([, other]) => other === key),
    );
    return [...whole, ...halves].map(([certificate, key, chain]) => ({
      certificate: join(folder, certificate),
      ...(key === undefined ? {} : { key: join(folder, key) }),
      ...(isThere(chain) ? { chain: join(folder, chain) } : {}),
    }));
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
