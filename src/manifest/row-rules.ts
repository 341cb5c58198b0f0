import { METADATA_MAX_BYTES, metadataBytes } from '../hostname/change.ts';
import type { Json } from '../terms.ts';
import { addProblem, type RowDraft } from './row-draft.ts';

/** Notes what is wrong with the row as a whole, once all its fields are in. */
export function checkRow(draft: RowDraft): void {
  const { change } = draft;
  if (!draft.named) {
    addProblem(draft, 'MANIFEST_NO_NAME', 'the row names neither a hostname nor a custom_hostname_id');
  }
  if (change.recheck && (draft.bundle !== undefined || draft.pems !== undefined)) {
    change.resend = true;
    delete change.recheck;
  }
  if (change.recheck && draft.changes > 0) {
    const message =
      'recheck sends the stored configuration again and excludes other changes; give them a row of their own run';
    addProblem(draft, 'MANIFEST_RECHECK_WITH_CHANGE', message, 'recheck');
  }
  // A bad value of `recheck` is a wish, too, and has been complained about.
  const recheckFault = draft.problems.some((each) => each.column === 'recheck');
  if (!change.recheck && !recheckFault && draft.changes === 0) {
    addProblem(draft, 'MANIFEST_NO_CHANGE', 'the row asks for nothing: fill in a field to change, or set recheck');
  }
  if (change.ssl?.wildcard && change.ssl.method === 'http') {
    const message = 'a wildcard certificate cannot be validated over http; use txt';
    addProblem(draft, 'MANIFEST_WILDCARD_HTTP', message, 'ssl.wildcard');
  }
  const settings = change.ssl?.settings;
  if (settings?.min_tls_version === '1.3' && settings.ciphers !== undefined) {
    const message =
      'ciphers can only be chosen for TLS 1.2 and below; leave them out, or lower ssl.settings.min_tls_version';
    addProblem(draft, 'MANIFEST_CIPHERS_WITH_TLS_1_3', message, 'ssl.settings.ciphers');
  }
  if (change.custom_metadata !== undefined) checkMetadataSize(draft, change.custom_metadata);
}

/** A character of JSON takes at most six bytes (an escape), a number or boolean at most 25. */
const bytesAtMost = (metadata: Record<string, Json>): number => {
  let bytes = 2;
  for (const key of Object.keys(metadata)) {
    const value = metadata[key];
    bytes += 6 * (key.length + 1 + (typeof value === 'string' ? value.length : 25));
  }
  return bytes;
};

function checkMetadataSize(draft: RowDraft, metadata: Record<string, Json>): void {
  // Almost every row's metadata is small, and counting it exactly would be a tenth of the time a row takes.
  if (bytesAtMost(metadata) <= METADATA_MAX_BYTES) return;
  const bytes = metadataBytes(Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)));
  if (bytes <= METADATA_MAX_BYTES) return;
  const message = `the metadata takes ${bytes} bytes as JSON; the API takes at most ${METADATA_MAX_BYTES}`;
  addProblem(draft, 'MANIFEST_METADATA_TOO_LARGE', message, 'custom_metadata');
}
