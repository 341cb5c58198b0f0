import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { renderText } from '../src/report/text/report-text.ts';
import type { Engine } from './engine.ts';
import { type RunAndReport, runAndReport } from './run-and-report.ts';
import type { Terminal } from './terminal.ts';

/** As `runAndReport`, with its progress and the report shown. Resolves with the exit code. */
export async function carryOut(
  engine: Engine,
  terminal: Terminal,
  { json, ...parts }: RunAndReport & { json: boolean },
): Promise<number> {
  const hide = terminal.show(() => parts.progress.snapshot());
  const { code, report } = await runAndReport(engine, parts).finally(hide);
  if (!json) terminal.out(renderText(report, terminal));
  else {
    const path = join(parts.folder.path, 'report.json');
    for await (const text of createReadStream(path, 'utf8')) await terminal.stream(text);
  }
  return code;
}
