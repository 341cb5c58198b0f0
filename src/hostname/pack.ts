import type { BundleRef } from '../certificate/bundle.ts';
import type { Code } from '../codes/code.ts';
import type { JsonObject } from '../terms.ts';
import { bundleCertificates, isSame, liveCertificates } from './certificates.ts';
import type { LiveCertificate, LiveHostname } from './live.ts';

/** The certificate of a pack that another one is put in the place of. */
export interface PackPlace {
  pack: string;
  certificate: string;
}

export type InPack =
  /** `certificates`: what the pack holds afterwards. */
  { place: PackPlace; certificates: JsonObject[] } | { code: Code; message: string };

/**
 * Finds what a one-certificate bundle replaces in the two-certificate pack of a hostname: the one of its own key type, as
 * the API has it. The type is told by the signature on a certificate, the only sign of it that answers show.
 */
export function placeInPack(bundle: BundleRef, { hostname, ssl }: LiveHostname): InPack {
  const [facts, second] = bundle.certificates;
  if (facts === undefined || second !== undefined) {
    return refuse(`Bundle ${bundle.name} has two certificates; inside a pack (--in-pack) one is replaced at a time.`);
  }
  const shown = ssl?.uploaded === true ? liveCertificates(ssl) : [];
  if (ssl?.id === undefined || shown.length !== 2) {
    return refuse(`${hostname} does not serve an uploaded pack of two certificates; leave out --in-pack.`);
  }
  const [fresh] = bundleCertificates(bundle);
  const there = shown.find((one) => isSame(one, facts));
  const replaced = there ?? shown.find((one) => keyTypeOf(one) === facts.key_type);
  const kept = shown.find((one) => one !== replaced);
  const ambiguous = there === undefined && shown.filter((one) => keyTypeOf(one) === facts.key_type).length !== 1;
  if (replaced?.id === undefined || kept === undefined || fresh === undefined || ambiguous) {
    const type = facts.key_type.toUpperCase();
    return refuse(
      `The API does not show which certificate of ${hostname} is the ${type} one; send both, without --in-pack.`,
    );
  }
  return { place: { pack: ssl.id, certificate: replaced.id }, certificates: [fresh, { ...kept }] };
}

const refuse = (message: string): InPack => ({ code: 'PACK_NOT_REPLACEABLE', message });

const keyTypeOf = ({ signature }: LiveCertificate): 'rsa' | 'ecdsa' | undefined => {
  if (signature?.startsWith('ECDSA')) return 'ecdsa';
  return signature?.endsWith('WithRSA') ? 'rsa' : undefined;
};
