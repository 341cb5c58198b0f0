import { X509Certificate } from 'node:crypto';
import { isIssuedBy, type ReadCertificate } from './read-certificate.ts';

/** Whose a root is: of browsers, or one that the operator trusts. */
export type RootKind = 'public' | 'own';

/** Roots of trust, found by who a certificate says it was issued by. */
export class RootStore {
  readonly #bySubject = new Map<string, { x509: X509Certificate; kind: RootKind }[]>();

  /** `pems`: one certificate each; what cannot be read is no root. */
  constructor(pems: Readonly<Partial<Record<RootKind, readonly string[]>>>) {
    for (const kind of ['own', 'public'] as const) {
      for (const pem of pems[kind] ?? []) {
        const x509 = readRoot(pem);
        if (x509 === undefined) continue;
        const known = this.#bySubject.get(x509.subject) ?? [];
        this.#bySubject.set(x509.subject, [...known, { x509, kind }]);
      }
    }
  }

  /** The root that signed `certificate`, or that it is itself. */
  rootOf(certificate: ReadCertificate): { x509: X509Certificate; kind: RootKind } | undefined {
    const { x509 } = certificate;
    const itself = this.#bySubject.get(x509.subject)?.find((root) => root.x509.raw.equals(x509.raw));
    return itself ?? this.#bySubject.get(x509.issuer)?.find((root) => isIssuedBy(certificate, root));
  }
}

function readRoot(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
