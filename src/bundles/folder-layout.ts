import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PairFiles } from './bundle-source.ts';

/** Where the pairs of a bundle named `name` may be, as certificate and key: our own layout, and what ACME clients leave. */
const LAYOUTS: ((name: string) => [certificate: string, key: string])[] = [
  (name) => [`${name}/rsa.pem`, `${name}/rsa.key`],
  (name) => [`${name}/ecdsa.pem`, `${name}/ecdsa.key`],
  // certbot, in /etc/letsencrypt/live
  (name) => [`${name}/fullchain.pem`, `${name}/privkey.pem`],
  // lego, in .lego/certificates
  (name) => [`${name}.crt`, `${name}.key`],
  // acme.sh, in ~/.acme.sh
  (name) => [`${name}/fullchain.cer`, `${name}/${name}.key`],
  (name) => [`${name}_ecc/fullchain.cer`, `${name}_ecc/${name}.key`],
];

/** The pairs of a bundle that lie in `folder` under its name, of any layout, also where one half of a pair is not there. */
export const pairsInFolder = (folder: string, name: string): PairFiles[] =>
  LAYOUTS.map((layout) => layout(name))
    .filter((pair) => pair.some((file) => existsSync(join(folder, file))))
    .map(([certificate, key]) => ({ certificate: join(folder, certificate), key: join(folder, key) }));
