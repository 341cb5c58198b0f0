import { type BundleWish, PAIRS_PATH, type PairWish, type PemSource } from './bundle-wish.ts';
import { addProblem, type RowDraft } from './row-draft.ts';

/** Where a row may have a pair: by itself, or in the array of one or two. */
const GROUPS = ['ssl', `${PAIRS_PATH}.0`, `${PAIRS_PATH}.1`];

/** The name that stands for whatever pair is for the hostname. */
export const ANY_BUNDLE = '*';

/** What is offered to a row that asks for no certificate, neither its own nor a managed one, nor to be validated again. */
export function offeredBundle({ bundle, pems, change: { ssl, recheck } }: RowDraft): BundleWish | undefined {
  const asks = [bundle, pems, ssl?.certificate_authority, ssl?.method, recheck].some((one) => one !== undefined);
  return asks ? undefined : { name: ANY_BUNDLE, isOffered: true };
}

/** What the row asks for, once all its fields are in; notes what is incomplete or said twice. */
export function bundleWishOf(draft: RowDraft): BundleWish | undefined {
  const { bundle: name, pems = new Map<string, string>() } = draft;
  const groups = GROUPS.filter((group) => [...pems.keys()].some((path) => isOf(group, path)));
  if (name === undefined && groups.length === 0) return undefined;
  if (draft.change.ssl?.certificate_authority !== undefined) {
    const message = 'a certificate of your own has no certificate authority to choose; leave one of the two out';
    addProblem(draft, 'MANIFEST_BUNDLE_WITH_AUTHORITY', message, 'ssl.certificate_authority');
  }
  if ((name !== undefined && groups.length > 0) || (groups.includes('ssl') && groups.length > 1)) {
    const message = 'the row names its certificate in two ways; keep bundle, or one pair, or ssl.custom_cert_bundle';
    addProblem(draft, 'MANIFEST_BUNDLE_TWICE', message, name === undefined ? PAIRS_PATH : 'bundle');
    return undefined;
  }
  if (name !== undefined) return { name };
  const pairs = groups.map((group) => pairOf(draft, group, pems));
  return pairs.every((pair) => pair !== undefined) ? { pairs } : undefined;
}

const isOf = (group: string, path: string): boolean => path.slice(0, path.lastIndexOf('.')) === group;

function pairOf(draft: RowDraft, group: string, pems: ReadonlyMap<string, string>): PairWish | undefined {
  const certificate = sourceOf(draft, `${group}.custom_certificate`, pems);
  const key = sourceOf(draft, `${group}.custom_key`, pems);
  const csr = pems.get(`${group}.custom_csr_id`);
  const incomplete = (message: string, column: string) => {
    addProblem(draft, 'MANIFEST_BUNDLE_INCOMPLETE', message, column);
    return undefined;
  };
  if (certificate === undefined) {
    return incomplete('there is no certificate to it; name its file here', `${group}.custom_certificate_file`);
  }
  if (key !== undefined && csr !== undefined) {
    return incomplete('there are both a key and a CSR; the key is with one of them, leave the other out', key.column);
  }
  if (key === undefined && csr === undefined) {
    const message = `there is no key to the certificate; name its file here${group === 'ssl' ? ', or the CSR in ssl.custom_csr_id' : ''}`;
    return incomplete(message, `${group}.custom_key_file`);
  }
  return { certificate, ...(key === undefined ? {} : { key }), ...(csr === undefined ? {} : { csr_id: csr }) };
}

function sourceOf(draft: RowDraft, path: string, pems: ReadonlyMap<string, string>): PemSource | undefined {
  const column = `${path}_file`;
  const [file, pem] = [pems.get(column), pems.get(path)];
  if (file !== undefined && pem !== undefined) {
    addProblem(draft, 'MANIFEST_BUNDLE_TWICE', `it is given inline, too, as ${path}; keep the file`, column);
  }
  if (file !== undefined) return { column, file };
  return pem === undefined ? undefined : { column: path, pem };
}
