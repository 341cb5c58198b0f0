import { type MadeCertificate, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import type { Desk } from './hostroll.ts';

/** A pair of certificates, RSA and ECDSA, that an authority of this test has signed. */
export interface MadePair {
  rsa: MadeCertificate;
  ec: MadeCertificate;
}

const authority = makeCertificate({ hosts: ['Acme Signing Authority'], isAuthority: true });

export const makePair = (...hosts: string[]): MadePair => ({
  rsa: makeCertificate({ hosts, keyType: 'rsa', signer: authority }),
  ec: makeCertificate({ hosts, keyType: 'ec', signer: authority }),
});

/** Writes the pair's files; resolves with the flags that name it as bundle `name`. */
export async function bundleFlags(
  { file }: Pick<Desk, 'file'>,
  name: string,
  { rsa, ec }: MadePair,
): Promise<string[]> {
  const files = [];
  for (const [type, { certificate, key }] of Object.entries({ rsa, ec })) {
    files.push(`${await file(`${name}-${type}.pem`, certificate)}:${await file(`${name}-${type}.key`, key)}`);
  }
  return ['--bundle', `${name}=${files.join(',')}`];
}
