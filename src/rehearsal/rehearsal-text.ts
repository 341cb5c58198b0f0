import pc from 'picocolors';
import { adviceFor } from '../codes/code.ts';
import { formatDuration } from '../text/format-time.ts';
import { printable } from '../text/printable.ts';
import { counted, countTable, formatCount, wrapped } from '../text/text-layout.ts';
import type { Action, Rehearsal, Settled } from './rehearsal.ts';

/** Hostnames of a list that the text shows; the JSON has all of them. */
const SHOWN = 10;

const ACTION_WORDS: Record<Action, string> = {
  release_hold: 'release the zone hold on their domain',
  point_hostname: 'point the hostname here, or publish its ownership record',
  fix_validation: 'fix what the certificate authority complains about',
  publish_txt: "publish the certificate's TXT record, or the delegation CNAME",
  publish_http: "serve the certificate's HTTP token, or point the hostname here",
};

/** A rehearsal as text for a person, 80 columns wide, ending in a newline. */
export function renderRehearsal(rehearsal: Rehearsal, { color }: { color: boolean }): string {
  const colors = pc.createColors(color);
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines];
  return [
    ...wrapped(headline(rehearsal), '').map(colors.bold),
    ...wrapped('This is a prediction, from a simulator; nothing was sent. It rests on the assumptions below.', ''),
    ...section('Rows', rowLines(rehearsal)),
    ...section('Time', timeLines(rehearsal)),
    ...section('Timeline of the hostnames to be edited', timelineLines(rehearsal)),
    ...section('API calls', callLines(rehearsal)),
    ...section('Rows that would fail or be rejected', failLines(rehearsal)),
    ...section('Rows that need their customers to act', customerLines(rehearsal)),
    ...section(
      'Assumptions',
      rehearsal.assumptions.flatMap((text) => wrapped(`- ${text}`, '  ')),
    ),
    ...section('Snapshot', zoneLines(rehearsal)),
    '',
  ].join('\n');
}

function headline({ rows, duration_ms, calls, would_fail, customers_to_act: act, ...ends }: Rehearsal): string {
  const { settled, settled_if_all_act: all } = ends;
  const work = `${formatCount(rows.edited)} of ${counted(rows.rows, 'row')} edited in ${formatDuration(duration_ms)}`;
  const customers =
    all === null
      ? `${formatCount(act.rows)} need customers`
      : `${rangeWords(settled, all)} active when the wait is over`;
  return `${work} with ${counted(calls.total, 'call')}; ${formatCount(would_fail.rows)} would fail, ${customers}`;
}

/** How many are active when the wait is over. */
const rangeWords = ({ active }: Settled, ifAllAct: Settled | null): string =>
  ifAllAct === null || ifAllAct.active === active
    ? formatCount(active)
    : `between ${formatCount(active)} (no customer acts) and ${formatCount(ifAllAct.active)} (all do)`;

/** How many hostnames are active by themselves some time after the wait. */
const laterWords = ({ active_later }: Settled): string =>
  active_later
    .filter(({ rows }) => rows > 0)
    .map(({ within_ms, rows }) => `${formatCount(rows)} within ${formatDuration(within_ms)}`)
    .join(', ');

function rowLines({ rows }: Rehearsal): string[] {
  const lines: [string, number][] = [
    ['edited', rows.edited],
    ['skipped: already so', rows.skipped],
    ['rejected by the plan', rows.rejected],
    ['failed', rows.failed + rows.gave_up],
  ];
  return countTable(rows.unprocessed === 0 ? lines : [...lines, ['unprocessed', rows.unprocessed]]);
}

function timeLines({ phases, duration_ms, wait_ms }: Rehearsal): string[] {
  const lines: [string, number][] = [
    ['reading the zone', phases.snapshot_ms],
    ['editing', phases.editing_ms],
    [`settling (at most ${formatDuration(wait_ms)} and a last look)`, phases.settling_ms],
    ['in all', duration_ms],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, ms]) => `  ${label.padEnd(width)}  ${formatDuration(ms)}`);
}

function timelineLines({ timeline, pending_validations: pending }: Rehearsal): string[] {
  if (timeline.length < 2) return [];
  const cells = [
    ['after', 'rows done', 'active', 'pending validation'],
    ...timeline.map(({ at_ms, rows_done, active, active_if_all_act: all = active, pending_validation }) => [
      formatDuration(at_ms),
      formatCount(rows_done),
      all === active ? formatCount(active) : `${formatCount(active)} to ${formatCount(all)}`,
      formatCount(pending_validation),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return [
    ...cells.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`),
    ...wrapped(
      `Pending validations: ${formatCount(pending.before)} before, at most ${formatCount(pending.peak)} ` +
        `(after ${formatDuration(pending.peak_at_ms)}), ${formatCount(pending.at_end)} at the end.`,
      '  ',
    ),
  ];
}

function callLines({ calls, budget }: Rehearsal): string[] {
  const { lanes, calls_per_second: rate } = budget;
  return [
    ...countTable([
      ['list', calls.list],
      ['read', calls.read],
      ['edit', calls.edit],
      ['in all', calls.total],
    ]),
    ...wrapped(`at ${rate.toFixed(1)} calls/s: ${lanes.map(shareText).join(', and ')}`, '  '),
  ];
}

const shareText = ({ quota, share }: Rehearsal['budget']['lanes'][number]): string =>
  `${Math.round(share * 100)}% of ${formatCount(quota.calls)} in ${formatDuration(quota.window_seconds * 1000)}`;

function failLines({ would_fail: fail }: Rehearsal): string[] {
  return fail.codes.flatMap(({ code, count, sample }) => [
    `  ${formatCount(count)} x ${printable(code)}`,
    ...wrapped(adviceFor(code), '      '),
    ...wrapped(
      `e.g. row ${sample.row}${sample.hostname === null ? '' : `, ${sample.hostname}`}${sample.message === null ? '' : `: ${sample.message}`}`,
      '      ',
    ),
  ]);
}

function customerLines({ customers_to_act: act, settled, settled_if_all_act: all }: Rehearsal): string[] {
  const [later, laterIfAllAct] = [laterWords(settled), all === null ? '' : laterWords(all)];
  const lines = wrapped(
    `Of the hostnames edited, ${rangeWords(settled, all)} are active when the wait is over` +
      `${later === '' ? '' : `, and later by themselves: ${later}`}${laterIfAllAct === '' ? '' : `; where all customers act: ${laterIfAllAct}`}.`,
    '  ',
  );
  if (act.rows === 0) return [...lines, '  None waits for a customer.'];
  lines.push(
    ...wrapped(
      `${act.rows === 1 ? '1 waits for its customer' : `${formatCount(act.rows)} wait for their customers`}; active now: ${formatCount(act.active_before)}. ` +
        'A certificate that is being served stays until it expires. What to publish is only known after the edits.',
      '  ',
    ),
    ...act.by_action.flatMap(({ action, rows }) =>
      wrapped(`${formatCount(rows)} must ${ACTION_WORDS[action]}`, '    '),
    ),
    ...act.hostnames
      .slice(0, SHOWN)
      .map(({ row, hostname, action }) => `    row ${row}, ${printable(hostname)} (${action})`),
  );
  if (act.rows > SHOWN) lines.push(`    and ${formatCount(act.rows - SHOWN)} more: --json lists them all`);
  return lines;
}

const zoneLines = ({ zones }: Rehearsal): string[] =>
  zones.map(
    ({ zone_id, zone_name, hostnames, taken_at }) =>
      `  ${printable(zone_name ?? zone_id)}: ${counted(hostnames, 'hostname')}, taken ${taken_at}`,
  );
