export type ManifestFormat = 'csv' | 'jsonl';

/** Looking further than this for the first text of a file would mean to hold it in memory. */
const PEEK_BYTES = 64 * 1_024;
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The format that a file name promises, with or without `.gz`; undefined where it promises none. */
export function formatOfName(name: string): ManifestFormat | undefined {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === 'csv') return 'csv';
  return extension === 'jsonl' || extension === 'ndjson' ? 'jsonl' : undefined;
}

const firstText = (head: Buffer): number => head.subarray(0, PEEK_BYTES).findIndex((byte) => !WHITE_SPACE.has(byte));

/** Whether `head` is enough for `formatOfContent` and `delimiterOf`: it holds the first line that is not blank. */
export function holdsFirstLine(head: Buffer): boolean {
  if (head.length >= PEEK_BYTES) return true;
  const start = firstText(head);
  return start !== -1 && /[\r\n]/.test(head.toString('latin1', start));
}

/** No CSV header begins with a brace or a bracket, since every column has a known name. */
export function formatOfContent(head: Buffer): ManifestFormat {
  const first = String.fromCharCode(head[firstText(head)] ?? 0);
  return first === '{' || first === '[' ? 'jsonl' : 'csv';
}

/**
 * The delimiter of a CSV file by its header: a comma wherever there is one outside quotes, else a semicolon, else a tab.
 * Column names hold none of them, so this cannot go wrong unnoticed: a wrong guess makes an unknown column.
 */
export function delimiterOf(head: Buffer): string {
  const text = head.subarray(0, PEEK_BYTES).toString('utf8').trimStart();
  const header = text.replaceAll(/"(?:[^"]|"")*(?:"|$)/g, '').split(/[\r\n]/, 1)[0] ?? '';
  return [',', ';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}
