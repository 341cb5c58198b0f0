/** A PEM text: in a file, its path as written, or inline (JSONL only). `column` is where the row says so. */
export type PemSource = { column: string; file: string } | { column: string; pem: string };

/** One certificate as a row names it, with its key, or with the CSR that holds the key. */
export interface PairWish {
  certificate: PemSource;
  key?: PemSource;
  csr_id?: string;
}

/**
 * Which certificates a row asks for: a bundle by its name, or files and texts of its own. Nothing of it is read yet. One that is
 * offered was not asked for by the row: it is taken where it is there.
 */
export type BundleWish = { name: string; isOffered?: boolean } | { pairs: PairWish[] };

export const holdsInlinePem = (wish: BundleWish): boolean =>
  'pairs' in wish &&
  wish.pairs.some(({ certificate, key }) => 'pem' in certificate || (key !== undefined && 'pem' in key));

/** The members of the array in which the API takes two pairs. */
export const PAIRS_PATH = 'ssl.custom_cert_bundle';
