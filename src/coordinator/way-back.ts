import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { PairIndex } from '../bundles/pair-index.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { KeyIndex } from '../disk/key-index.ts';
import { uploadsToPutBack } from '../hostname/inverse.ts';
import type { LiveCertificate } from '../hostname/live.ts';

/** Certificates that a note names. */
const NAMED = 5;

/** Certificates whose files are not at hand: each is counted once, and the first few are named. */
export class MissingUploads {
  readonly #known = new KeyIndex();
  readonly #named: string[] = [];
  readonly #folder: string | undefined;

  /** `folder`: where the files were looked for. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  add(certificates: readonly LiveCertificate[]): void {
    for (const name of certificates.map(nameOf)) {
      const isNew = this.#known.setIfAbsent(name, 1) === undefined;
      if (isNew && this.#named.length < NAMED) this.#named.push(name);
    }
  }

  /** A sentence, where any is missing: `what` needs the files, and `cure` is what to do about it. */
  notes(what: string, cure: string): string[] {
    if (this.#known.size === 0) return [];
    const named = this.#named.join(', ');
    const more = this.#known.size > NAMED ? `, and ${this.#known.size - NAMED} more` : '';
    const where = this.#folder === undefined ? 'no --bundle-folder is named' : `they are not in ${this.#folder}`;
    return [`${what} needs the files of uploaded certificates, and ${where}; ${cure} ${named}${more}.`];
  }
}

/** How a person finds the files: openssl shows both. */
export const nameOf = ({ fingerprint_sha256: print, serial_number: serial }: LiveCertificate): string =>
  print === undefined ? `serial ${serial}` : `sha256 ${print}`;

/**
 * What it takes to go back from a rollout of certificates: answers never hand out what is replaced, so that where it was
 * uploaded its files must be kept. A sentence where some of them are not in the bundle folder. `plan` is the file of its rows.
 */
export async function wayBack(plan: string, folder: string | undefined): Promise<string[]> {
  const index = folder === undefined ? undefined : await PairIndex.read(folder);
  const missing = new MissingUploads(folder);
  for await (const { value } of readJsonLines<PlanRow>(plan)) {
    for (const one of uploadsToPutBack({ body: {}, before: {}, ...value }))
      if ((await index?.ofCertificate(one)) === undefined) missing.add([one]);
  }
  return missing.notes('Going back', 'keep those of');
}
