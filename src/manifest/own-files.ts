/** Files that hostroll writes and that ask for nothing, by columns that only they have together, with what to give instead. */
const OWN_FILES: readonly (readonly [columns: readonly string[], is: string, instead: string])[] = [
  [
    ['purpose', 'type', 'name', 'value'],
    'a list of records to publish (pending-dcv.csv)',
    'give the manifest again, or failed.csv',
  ],
  [
    ['row', 'decision', 'changes'],
    'a list that "hostroll plan --out" wrote to be looked at',
    'give the manifest, or a plan file',
  ],
  [
    ['row', 'outcome', 'settlement'],
    'what came of a batch (succeeded.csv)',
    'give failed.csv or unprocessed.csv, which are manifests',
  ],
  [['verdict', 'looked_at', 'found_verdict'], 'what "hostroll dcv check" found', 'give a manifest'],
];

/** What a file is that hostroll wrote and that cannot be a manifest, with what to give instead; undefined for any other. */
export function ownFile(header: readonly string[]): string | undefined {
  const names = new Set(header.map((name) => name.trim().toLowerCase()));
  const own = OWN_FILES.find(([columns]) => columns.every((column) => names.has(column)));
  return own && `this is no manifest but ${own[1]}; ${own[2]}`;
}
