import type { SubmissionStatus } from '../../batch/submit/submission.ts';
import type { BatchStatus } from '../../batch/view/batch-status.ts';
import type { BatchView } from '../../batch/view/batch-view.ts';
import { printable } from '../../text/printable.ts';
import { renderPlainProgress } from './progress-line.ts';
import { columns, counted, formatCount } from './text-layout.ts';

/** Codes that are named, the most frequent first. */
const CODES_SHOWN = 5;

/** Where a batch stands, as text for a person. */
export function statusText(status: BatchStatus): string {
  const { batch, manifest, view, resume } = status;
  return [
    `${batch}: ${stateOf(status)}`,
    ...(manifest === undefined ? [] : [`  ${printable(manifest.path)}, ${counted(manifest.rows, 'row')}`]),
    ...(view === undefined ? [] : viewLines(view)),
    ...(resume === undefined ? [] : [`  to carry on: ${resume}`]),
    ...(view === undefined ? [] : [`  what came of each row: hostroll report ${batch}`]),
  ].join('\n');
}

/** All batches of a state folder, a line for each. */
export function statusTable(all: readonly BatchStatus[]): string {
  const head = ['batch', 'state', 'rows', 'done', 'failed', 'pending', 'manifest'];
  const lines = all.map((status) => {
    const { batch, manifest, view } = status;
    if (view === undefined) return [batch, stateOf(status), '', '', '', '', ''];
    const { failed, gave_up, rejected, unprocessed } = view.outcomes;
    const rows = manifest?.rows ?? 0;
    const counts = [rows, rows - unprocessed, failed + gave_up + rejected, view.settled.pending];
    return [batch, stateOf(status), ...counts.map(String), printable(manifest?.path ?? '')];
  });
  return columns([head, ...lines], [2, 3, 4, 5]).join('\n');
}

/** Where a submission stands. */
export function submissionText(submission: SubmissionStatus): string {
  const { id, state, manifest, coordinator, batch, progress, exit_code, error } = submission;
  const by = coordinator === undefined ? 'waiting for a coordinator' : coordinator;
  const where = batch === undefined ? by : `${by}, batch ${batch}`;
  const done = exit_code === undefined ? '' : `; exit code ${exit_code}`;
  return [
    `${id} ${printable(manifest)}: ${state} (${where})${done}`,
    ...(progress === undefined ? [] : viewLines(progress)),
    ...(error === undefined ? [] : [`  ${printable(error)}`]),
  ].join('\n');
}

const stateOf = ({ state, pid }: BatchStatus): string => (pid === undefined ? state : `${state} (process ${pid})`);

function viewLines(view: BatchView): string[] {
  const { active, pending, errored, unknown } = view.settled;
  const states = listed({ active, pending, 'in error': errored, 'not read': unknown });
  const codes = listed(Object.fromEntries(view.errors.slice(0, CODES_SHOWN).map(({ code, count }) => [code, count])));
  const workers = view.lanes.flatMap(({ name, workers }) => (workers === null ? [] : [`${workers} on lane ${name}`]));
  return [
    `  ${renderPlainProgress(view)}`,
    ...(states === '' ? [] : [`  hostnames: ${states}`]),
    ...(codes === '' ? [] : [`  errors: ${printable(codes)}`]),
    ...(workers.length === 0 ? [] : [`  workers: ${printable(workers.join(', '))}`]),
  ];
}

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .flatMap(([what, count]) => (count === 0 ? [] : [`${formatCount(count)} ${what}`]))
    .join(', ');
