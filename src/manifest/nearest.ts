import { closest, distance } from 'fastest-levenshtein';

/** Longer texts are no typing errors, and the distance costs the product of both lengths. */
const MAX_LENGTH = 100;

/**
 * The candidate that `text` is likely a slip of: equal but for case, one end of a dotted name, or within a third
 * of its letters. Undefined where nothing is that near.
 */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  if (text === '' || text.length > MAX_LENGTH) return undefined;
  const lower = text.toLowerCase();
  const known = candidates.filter((candidate) => candidate !== '');
  const same = known.find((candidate) => candidate.toLowerCase() === lower);
  const part =
    known.find((candidate) => /[a-z]/.test(lower) && candidate.endsWith(`.${lower}`)) ??
    known.find((candidate) => candidate.startsWith(`${lower}.`));
  if (same !== undefined || part !== undefined) return same ?? part;
  if (known.length === 0) return undefined;
  const candidate = closest(
    lower,
    known.map((each) => each.toLowerCase()),
  );
  const allowed = Math.max(2, Math.floor(lower.length / 3));
  if (distance(lower, candidate) > Math.min(allowed, candidate.length - 1)) return undefined;
  return known.find((each) => each.toLowerCase() === candidate);
}

/** The end of a sentence: `; did you mean "http"?`, or a full stop where nothing is near. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const candidate = nearest(text, candidates);
  return candidate === undefined ? '' : `; did you mean "${candidate}"?`;
}
