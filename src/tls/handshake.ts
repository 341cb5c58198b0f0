import { isIP } from 'node:net';
import {
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { SECOND } from '../terms.ts';

/** Kinds of keys; a client that offers one of them alone is given the certificate of that kind. */
export const KEY_TYPES = ['ecdsa', 'rsa'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** The certificate that a server shows. */
export interface ServedCertificate {
  /** Decimal. */
  serial_number: string;
  /** SHA-256, lower-case hex. */
  fingerprint_sha256: string;
  issuer: string;
  /** ISO 8601. */
  expires_on: string;
  /** Why a browser would not trust it, with the chain that comes along; absent where it would. */
  distrusted?: string;
}

export type Handshake =
  | { kind: 'served'; certificate: ServedCertificate }
  /** The server has no certificate of the kind that was offered. */
  | { kind: 'none' }
  /** Nothing can be told: no connection, or no end of the handshake. */
  | { kind: 'failed'; note: string };

export interface HandshakeRules {
  address: string;
  port: number;
  /** The name that is asked for (SNI), and that the certificate must be for. */
  name: string;
  /** Of `offerOf`. */
  offer: SecureContext;
  withinMs?: number;
}

/**
 * What a client is that offers one kind of key alone, and trusts `roots` (PEM), else those of this runtime. Reading roots takes longer
 * than a handshake, so that one is made for many.
 */
export const offerOf = (offers: KeyType, roots: readonly string[] | undefined): SecureContext =>
  createSecureContext({
    ...OFFERS[offers],
    ...{ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
    ...(roots === undefined ? {} : { ca: [...roots] }),
  });

const HANDSHAKE_MS = 10 * SECOND;

/** What is offered: for TLS 1.3 the signatures decide on the kind of certificate, below it the ciphers do, too. */
const OFFERS: Record<KeyType, { sigalgs: string; ciphers: string }> = {
  ecdsa: {
    sigalgs: 'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384',
    ciphers:
      'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
  },
  rsa: {
    sigalgs: 'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
    ciphers:
      'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-SHA:AES128-GCM-SHA256:AES128-SHA',
  },
};

/** Errors by which a server says that it has no such certificate. */
const NO_SUCH = /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_SUITABLE|INSUFFICIENT_SECURITY/i;

/** One TLS handshake as a browser makes it, and nothing more; never throws for what the other side does. */
export function handshake({ address, port, name, offer, withinMs = HANDSHAKE_MS }: HandshakeRules): Promise<Handshake> {
  return new Promise((done) => {
    let socket: TLSSocket | undefined;
    const end = (result: Handshake) => {
      clearTimeout(timer);
      socket?.destroy();
      done(result);
    };
    const timer = setTimeout(
      () => end({ kind: 'failed', note: `no handshake within ${withinMs / SECOND} s` }),
      withinMs,
    );
    try {
      socket = connect({
        ...{ host: address, port, family: isIP(address), servername: name },
        ...{ secureContext: offer, rejectUnauthorized: false },
      });
    } catch (error) {
      end({ kind: 'failed', note: errorName(error) });
      return;
    }
    socket.once('secureConnect', () => end(servedBy(socket as TLSSocket)));
    socket.once('error', (error) => {
      const what = errorName(error);
      end(NO_SUCH.test(what) ? { kind: 'none' } : { kind: 'failed', note: what });
    });
    socket.once('close', () => end({ kind: 'failed', note: 'the connection was closed' }));
  });
}

const errorName = (error: unknown): string => {
  const { code, reason, message = 'unknown error' } = error as { code?: string; reason?: string; message?: string };
  return code ?? reason ?? message;
};

function servedBy(socket: TLSSocket): Handshake {
  const peer = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate>;
  const { fingerprint256, serialNumber, issuer, valid_to } = peer;
  if (fingerprint256 === undefined || serialNumber === undefined || valid_to === undefined) {
    return { kind: 'failed', note: 'the server showed no certificate' };
  }
  const error = socket.authorizationError as unknown as string | (Error & { code?: string }) | undefined;
  return {
    kind: 'served',
    certificate: {
      serial_number: BigInt(`0x${serialNumber.replace('-', '')}`).toString(),
      fingerprint_sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
      issuer: [issuer?.O ?? issuer?.CN ?? 'unknown'].flat().join(' '),
      expires_on: new Date(valid_to).toISOString(),
      ...(error ? { distrusted: trustText(typeof error === 'string' ? error : (error.code ?? error.message)) } : {}),
    },
  };
}

const TRUST_WORDS: Record<string, string> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the chain is incomplete: an intermediate is missing',
  UNABLE_TO_GET_ISSUER_CERT: 'the chain is incomplete: an intermediate is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the chain leads to no root that is known here',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain leads to no root that is known here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  CERT_HAS_EXPIRED: 'it, or an intermediate, has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is not for this name',
};

const trustText = (code: string): string => TRUST_WORDS[code] ?? `it cannot be verified (${code})`;
