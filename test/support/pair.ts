import { type MadeCertificate, makeCertificate } from '../../src/sandbox/make-certificate.ts';
import type { Workspace } from './workspace.ts';

/** A pair of certificates, RSA and ECDSA, that authorities of this test have signed, each with a key of the same kind, as public ones do. */
export interface MadePair {
  rsa: MadeCertificate;
  ec: MadeCertificate;
  /** The authorities, in PEM. */
  roots: string;
}

const authorityOf = (keyType: 'rsa' | 'ec') =>
  makeCertificate({ hosts: [`Acme Signing Authority ${keyType}`], keyType, isAuthority: true });
const authorities = { rsa: authorityOf('rsa'), ec: authorityOf('ec') };

export const makePair = (...hosts: string[]): MadePair => ({
  rsa: makeCertificate({ hosts, keyType: 'rsa', signer: authorities.rsa }),
  ec: makeCertificate({ hosts, keyType: 'ec', signer: authorities.ec }),
  roots: authorities.rsa.certificate + authorities.ec.certificate,
});

/** Writes the pair's files; resolves with the flags that name it as bundle `name`. */
export async function bundleFlags(
  { file }: Pick<Workspace, 'file'>,
  name: string,
  { rsa, ec }: MadePair,
): Promise<string[]> {
  const files = [];
  for (const [type, { certificate, key }] of Object.entries({ rsa, ec })) {
    files.push(`${await file(`${name}-${type}.pem`, certificate)}:${await file(`${name}-${type}.key`, key)}`);
  }
  return ['--bundle', `${name}=${files.join(',')}`];
}
