import type { PlanSummary } from '../batch/plan/plan-summary.ts';

/** Fingerprints that a note names. */
const NAMED = 5;

/**
 * What it takes to go back from a rollout of certificates: answers never hand out what is replaced, so that where it was
 * uploaded its files must be kept. A sentence where some of them are not in the bundle folder, by their fingerprints.
 */
export async function wayBack(
  { bundles }: Pick<PlanSummary, 'bundles'>,
  folder: string | undefined,
): Promise<string[]> {
  const replaced = bundles.flatMap(({ replaces }) => replaces.flatMap(({ certificates }) => certificates));
  const prints = new Set(
    replaced.flatMap(({ fingerprint_sha256 }) => (typeof fingerprint_sha256 === 'string' ? [fingerprint_sha256] : [])),
  );
  if (prints.size === 0) return [];
  // Its ASN.1 libraries are loaded only for rows that bring certificates.
  const { PairIndex } = await import('../bundles/pair-index.ts');
  const index = folder === undefined ? undefined : await PairIndex.read(folder);
  const missing = [...prints].filter((print) => index?.ofFingerprint(print) === undefined);
  if (missing.length === 0) return [];
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? `, and ${missing.length - NAMED} more` : '';
  const where = folder === undefined ? 'no --bundle-folder is named' : `they are not in ${folder}`;
  return [
    `To go back, the files of what is replaced are needed where it was uploaded, and ${where}; keep those with the fingerprints (SHA-256) ${named}${more}.`,
  ];
}
