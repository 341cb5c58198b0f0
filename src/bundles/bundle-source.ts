import type { CertificateCode } from '../codes/certificate-codes.ts';

/** A pair by its files: absolute paths. Without a key file and CSR the key is expected in the certificate's file. */
export interface PairFiles {
  certificate: string;
  key?: string;
  csr_id?: string;
  /** A file with the chain, where that is apart. */
  chain?: string;
  /** Of a file of JSON that holds many pairs the one meant: the SHA-256 of its certificate, in hex. */
  leaf?: string;
}

/** Where a declared bundle comes from: its files, or a command (program and arguments, no shell) that prints it. */
export type BundleSource = { files: PairFiles[] } | { command: readonly string[] };

/** A file with a password, or a command that prints it. */
export type PasswordSource = { file: string } | { command: readonly string[] };

/** What the operator has said about bundles, apart from the manifest. */
export interface BundleSettings {
  declared: ReadonlyMap<string, BundleSource>;
  /** Folder in which further bundles are found by their names; see `folder-layout.ts`. */
  folder?: string;
  /** Folders, besides the manifest's own, that rows may name files in. */
  roots: readonly string[];
  /** A certificate with fewer days left is warned about. */
  minDays: number;
  /** Take also certificates with less life left than the API is known to take. */
  allowShort?: boolean;
  /** Where the passwords of PKCS#12 files are, by bundle; under the empty name of all others. */
  passwords?: ReadonlyMap<string, PasswordSource>;
  /** A file of roots that are trusted besides those of browsers. */
  trust?: string;
  /** Rows that name no bundle are given the pairs of the folder that are for their hostnames. */
  matchNames?: boolean;
  /** Whether a key file that others may read is refused, not only warned about. */
  strictPermissions: boolean;
}

/** Something wrong with a bundle or its sources, with the place (a file, a command) in the message. */
export interface Fault {
  /** `CERTIFICATE_…`, see docs/certificates.md. */
  code: CertificateCode;
  /** Holds nothing of what was read. */
  message: string;
  /** Path of the manifest's field that it is about; absent for what is not in the manifest. */
  column?: string;
}

/** What should be looked at, but stops nothing. */
export interface Warning extends Fault {
  level: 'warning';
}

/** One line for people. */
export const warningText = ({ level, code, message }: Warning): string => `${level} ${code}: ${message}`;
