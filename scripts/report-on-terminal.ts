import { resolve } from 'node:path';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import type { Report } from '../src/report/report.ts';
import { renderText } from '../src/report/text/report-text.ts';
import { fitted } from '../src/text/text-layout.ts';
import type { Terminal } from './terminal.ts';

/** Prints the report of a batch as text, as wide as the terminal has room for. */
export function reportOnTerminal(report: Report, { path }: BatchFolder, { out, color, width }: Terminal): void {
  out(fitted(renderText(report, { color, now: Date.now(), folder: path, files: resolve(path) }), width));
}
