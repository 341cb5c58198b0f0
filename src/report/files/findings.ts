import type { Finding } from '../../dcv/finding.ts';
import { FindingsText } from '../text/findings-text.ts';
import { type ListFormat, writeList } from './write-list.ts';

const COLUMNS = ['hostname', 'verdict', 'who', 'looked_at', 'name', 'found_verdict', 'note', 'expected', 'found'];

/** Writes findings as they come, piece by piece, and sums them up; as text nothing is written. Broken off where `interrupt` aborts. */
export async function writeFindings(
  findings: AsyncIterable<Finding>,
  format: ListFormat,
  to: { write(text: string): Promise<void>; interrupt: AbortSignal },
): Promise<FindingsText> {
  const sum = new FindingsText();
  const summed = async function* () {
    for await (const finding of findings) {
      sum.add(finding);
      yield finding;
    }
  };
  await writeList(summed(), { format, lines: () => [], columns: COLUMNS, rows: csvRows }, to);
  return sum;
}

/** One row for each thing that was looked at. */
const csvRows = ({ hostname, verdict, who, evidence }: Finding): string[][] =>
  evidence.map((one) => [
    ...[hostname, verdict, who, one.looked_at, one.name, one.verdict, one.note],
    ...[(one.expected ?? []).join(' '), (one.found ?? []).join(' ')],
  ]);
