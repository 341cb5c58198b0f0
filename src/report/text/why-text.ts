import type { RowCall } from '../../lane/lane-job.ts';
import { formatInstant } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import type { Why } from '../why.ts';

/** Why a row is where it is, as text for a person. */
export function whyText(why: Why): string {
  const { row, hostname, custom_hostname_id, outcome, changes, state, waits } = why;
  const name = hostname ?? custom_hostname_id ?? '';
  return [
    `row ${row}, ${printable(name)}: ${headOf(why)}`,
    ...(outcome?.made ?? []).map(callLine),
    ...changes.map(({ path, before, after }) => `  ${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`),
    ...(outcome?.not_shown?.length ? [`  not shown by the API: ${outcome.not_shown.join(', ')}`] : []),
    ...(outcome?.drift?.length ? [`  changed by others since the plan: ${outcome.drift.join(', ')}`] : []),
    ...(state === null ? [] : stateLines(state)),
    ...(waits.length === 0 ? [] : ['  waits, for all of this:']),
    ...waits.map(({ reason, until }) => `  - ${reason}${until === null ? '' : `, until ${formatInstant(until)}`}`),
  ]
    .map(printable)
    .join('\n');
}

const callLine = ({ call, at, cf_ray: ray, code }: RowCall): string =>
  `  ${[`${call} at ${formatInstant(at)}`, code, ray && `cf-ray ${ray}`].filter(Boolean).join(', ')}`;

function headOf({ decision, code, message, outcome }: Why): string {
  if (outcome === null) return [`${decision}, not sent yet`, saying(code, message)].filter(Boolean).join('; ');
  const { at, calls, http_status, cf_ray: ray } = outcome;
  const spent = calls === undefined ? '' : `${calls.read} read, ${calls.edit} edit`;
  const failed = [http_status === undefined ? '' : `HTTP ${http_status}`, ray === undefined ? '' : `cf-ray ${ray}`];
  const when = at === null ? '' : ` at ${formatInstant(at)}`;
  const why = saying(outcome.code ?? null, outcome.message ?? null);
  return [`${outcome.outcome}${when}`, spent, ...failed, why].filter(Boolean).join('; ');
}

const saying = (code: string | null, message: string | null): string =>
  [code, message].filter((text) => text !== null).join(': ');

function stateLines({ status, ssl_status, settlement, errors, deadlines }: NonNullable<Why['state']>): string[] {
  const ends = Object.entries(deadlines).map(
    ([what, { at }]) => `  ${what.replaceAll('_', ' ')}: ${formatInstant(at)}`,
  );
  return [
    `  hostname as read last: ${settlement} (${[status, ssl_status].filter((text) => text !== null).join(', ')})`,
    ...errors.map((error) => `  the API says: ${error}`),
    ...ends,
  ];
}
