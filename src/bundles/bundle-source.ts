/** A pair by its files: absolute paths. Without a key file and CSR the key is expected in the certificate's file. */
export interface PairFiles {
  certificate: string;
  key?: string;
  csr_id?: string;
}

/** Where a declared bundle comes from: its files, or a command (program and arguments, no shell) that prints it. */
export type BundleSource = { files: PairFiles[] } | { command: readonly string[] };

/** What the operator has said about bundles, apart from the manifest. */
export interface BundleSettings {
  declared: ReadonlyMap<string, BundleSource>;
  /** Folder in which further bundles are found by their names; see `folder-layout.ts`. */
  folder?: string;
  /** Folders, besides the manifest's own, that rows may name files in. */
  roots: readonly string[];
  /** A certificate with fewer days left is warned about. */
  minDays: number;
  /** Whether a key file that others may read is refused, not only warned about. */
  strictPermissions: boolean;
}
