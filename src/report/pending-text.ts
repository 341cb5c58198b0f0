import { publishRecords } from './publish-records.ts';
import type { PendingDcv, Report } from './report.ts';
import { ROWS_SHOWN } from './summary.ts';
import { formatCount, printable, TEXT_WIDTH, wrapped } from './text-layout.ts';

/** The hostnames that are not active, the first `ROWS_SHOWN` with what to publish, the rest as a number. */
export function pendingLines(report: Report, dim: (text: string) => string): string[] {
  const shown = report.pending_dcv.slice(0, ROWS_SHOWN);
  const lines = shown.flatMap((pending) => hostnameLines(pending, dim));
  const more = report.pending_dcv_count - shown.length;
  return more > 0 ? [...lines, `  and ${formatCount(more)} more: see pending-dcv.csv`] : lines;
}

function hostnameLines(pending: PendingDcv, dim: (text: string) => string): string[] {
  const states = [pending.method, pending.status, pending.ssl_status].filter((state) => state !== null && state !== '');
  return [
    ...wrapped(
      `${pending.hostname ?? pending.custom_hostname_id ?? ''} (row ${pending.row}; ${states.join(', ')})`,
      '  ',
    ),
    ...recordLines(pending),
    ...pending.errors.flatMap((error) => wrapped(`! ${error}`, '    ').map(dim)),
  ];
}

/** Type, name and value in columns; the value below the name where the three do not fit side by side. Nothing is cut. */
function recordLines(pending: PendingDcv): string[] {
  const records = publishRecords(pending).map((record) => ({
    head: `    ${record.purpose.padEnd(11)}  ${record.type.padEnd(5)}  `,
    name: printable(record.name),
    value: printable(record.value),
  }));
  const nameWidth = Math.max(0, ...records.map(({ name }) => name.length));
  return records.flatMap(({ head, name, value }) => {
    if (name === '') return [head + value];
    const line = `${head}${name.padEnd(nameWidth)}  ${value}`;
    return line.length <= TEXT_WIDTH ? [line] : [head + name, ' '.repeat(head.length) + value];
  });
}
