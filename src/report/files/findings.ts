import { stringify } from 'csv-stringify/sync';
import type { Finding } from '../../dcv/finding.ts';
import { guardCell } from '../../manifest/cell-guard.ts';
import { FindingCounts, findingLines } from '../text/findings-text.ts';

/** How findings are written: what stands before the first, one of them (`nth` from 1), and what ends a list of `count`. */
interface Form {
  begin: string;
  each(finding: Finding, nth: number): string;
  end(count: number): string;
}

const COLUMNS = ['hostname', 'verdict', 'who', 'looked_at', 'name', 'found_verdict', 'note', 'expected', 'found'];

const FORMS = {
  text: { begin: '', each: (finding) => `${findingLines(finding).join('\n')}\n`, end: () => '' },
  json: {
    begin: '',
    each: (finding, nth) => (nth === 1 ? '[\n' : ',\n') + JSON.stringify(finding),
    end: (count) => (count === 0 ? '[]\n' : '\n]\n'),
  },
  jsonl: { begin: '', each: (finding) => `${JSON.stringify(finding)}\n`, end: () => '' },
  csv: { begin: stringify([COLUMNS]), each: (finding) => stringify(csvRows(finding)), end: () => '' },
} satisfies Record<string, Form>;

export type FindingFormat = keyof typeof FORMS;
export const FINDING_FORMATS = Object.keys(FORMS) as FindingFormat[];

/** Writes findings as they come, piece by piece, and counts them; broken off where `interrupt` aborts. */
export async function writeFindings(
  findings: AsyncIterable<Finding>,
  format: FindingFormat,
  { write, interrupt }: { write(text: string): Promise<void>; interrupt: AbortSignal },
): Promise<FindingCounts> {
  const { begin, each, end }: Form = FORMS[format];
  const counts = new FindingCounts();
  await write(begin);
  for await (const finding of findings) {
    counts.add(finding);
    await write(each(finding, counts.total));
    if (interrupt.aborted) return counts;
  }
  await write(end(counts.total));
  return counts;
}

/** One row for each thing that was looked at. */
const csvRows = ({ hostname, verdict, who, evidence }: Finding): string[][] =>
  evidence.map((one) =>
    [
      ...[hostname, verdict, who, one.looked_at, one.name, one.verdict, one.note],
      ...[(one.expected ?? []).join(' '), (one.found ?? []).join(' ')],
    ].map(guardCell),
  );
