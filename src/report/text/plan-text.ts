import pc from 'picocolors';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import { warningText } from '../../bundles/bundle-source.ts';
import { adviceFor } from '../../codes/code.ts';
import { CERTIFICATES_PATH } from '../../hostname/certificates.ts';
import { REVERSALS, type Reversal } from '../../hostname/inverse.ts';
import { stringifyExact } from '../../json/exact-json.ts';
import { DECISIONS, EFFECTS, type Effect, type Json } from '../../terms.ts';
import { printable } from '../../text/printable.ts';
import { bundleLines, certificateChange } from './certificate-text.ts';
import { formatDuration } from './format-time.ts';
import { planDiff } from './plan-diff.ts';
import { ruleLines, waveLines } from './rollout-text.ts';
import { counted, countTable, cut, formatCount, wrapped } from './text-layout.ts';

const EFFECT_WORDS: Record<Effect, string> = {
  metadata_only: 'metadata only',
  moves_traffic: 'moves traffic',
  restarts_dcv: 'restarts DCV',
  reissues: 'reissues the certificate',
  replaces_certificate: 'replaces the certificate',
  drops_rsa: 'drops the RSA certificate',
  drops_ecdsa: 'drops the ECDSA certificate',
  loses_upload: 'loses an uploaded certificate',
};

const SAMPLES_PER_EFFECT = 5;

/** Characters of one value in an example; a long metadata text tells nothing more by its end. */
const VALUE_SHOWN = 120;

/** A plan as text for a person, 80 columns wide, ending in a newline: what `plan` prints and `apply` asks about. */
export function renderPlan(plan: PlanSummary, { color }: { color: boolean }): string {
  const colors = pc.createColors(color);
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines];
  return [
    colors.bold(headline(plan)),
    ...section('Rows', countTable(DECISIONS.map((decision) => [decision, plan.counts[decision]]))),
    ...section('Effects', effectLines(plan)),
    ...section('Undo', undoLines(plan)),
    ...section(
      'Notes',
      plan.notes.flatMap((note) => wrapped(note, '  ')),
    ),
    ...section(
      'Warnings',
      (plan.warnings ?? []).flatMap((warning) => wrapped(printable(warningText(warning)), '  ')),
    ),
    ...section('Certificates', bundleLines(plan)),
    ...section('Examples', sampleGroups(plan).flatMap(exampleLines)),
    ...section(
      'Rejected',
      plan.rejected.flatMap((reason) => reasonLines(reason, colors.dim)),
    ),
    ...section(
      'Skipped',
      (plan.skipped ?? []).flatMap((reason) => reasonLines(reason, colors.dim)),
    ),
    ...section('Waves', waveLines(plan)),
    ...section('Stop rules', ruleLines(plan)),
    ...section('API calls', callLines(plan)),
    '',
  ].join('\n');
}

function headline({ counts, calls, durationMs }: PlanSummary): string {
  const sent = counts.edit + counts.recheck;
  const rows = DECISIONS.reduce((sum, decision) => sum + counts[decision], 0);
  if (sent === 0) return `None of ${counted(rows, 'row')} needs an edit`;
  return `${formatCount(sent)} of ${counted(rows, 'row')} to send, ${counted(calls.total, 'call')}, at least ${formatDuration(durationMs)}`;
}

function effectLines({ effects }: PlanSummary): string[] {
  const present = EFFECTS.filter((effect) => effects[effect] > 0);
  return present.length === 0 ? [] : countTable(present.map((effect) => [EFFECT_WORDS[effect], effects[effect]]));
}

const UNDO_WORDS: Record<Reversal, string> = {
  reversible: 'as if it had not been',
  needs_dcv: 'with validation once more',
  needs_bundle: 'with the files of the replaced certificate',
  not_reversible: 'not possible',
};

function undoLines({ undo }: PlanSummary): string[] {
  const present = REVERSALS.filter((reversal) => undo[reversal] > 0);
  return present.length === 0 ? [] : countTable(present.map((reversal) => [UNDO_WORDS[reversal], undo[reversal]]));
}

/** The samples in the order of their strongest effect, mildest first, a few of each kind; rechecks are a kind too. */
function sampleGroups({ samples }: PlanSummary): PlanRow[] {
  const kinds = new Map<string, PlanRow[]>(['recheck', 'none', ...EFFECTS].map((kind) => [kind, []]));
  for (const sample of samples) {
    const strongest = EFFECTS.findLast((effect) => sample.effects.includes(effect)) ?? 'none';
    const group = kinds.get(sample.decision === 'recheck' ? 'recheck' : strongest);
    if (group !== undefined && group.length < SAMPLES_PER_EFFECT) group.push(sample);
  }
  return [...kinds.values()].flat();
}

function exampleLines(sample: PlanRow): string[] {
  const name = sample.hostname ?? sample.custom_hostname_id ?? '';
  const effects = sample.effects.map((effect) => EFFECT_WORDS[effect]).join(', ');
  const head = wrapped(`${name} (row ${sample.row}${effects === '' ? '' : `; ${effects}`})`, '  ');
  if (sample.decision === 'recheck') return [...head, `    ${recheckText(sample)}`];
  const changes = planDiff(sample.before ?? {}, sample.body ?? {});
  if (changes.length === 0) return [...head, '    no field differs'];
  return [
    ...head,
    ...changes.flatMap(({ path, before, after }) =>
      path === CERTIFICATES_PATH
        ? [`    ${path}:`, ...certificateChange(before, after, '      ')]
        : wrapped(`${path}: ${shown(before)} -> ${shown(after)}`, '    '),
    ),
  ];
}

/** What a recheck does, and what it leaves alone. */
const recheckText = ({ body }: PlanRow): string =>
  body?.ssl === undefined
    ? 'an empty edit: the hostname is validated again, its certificate left alone'
    : 're-send the stored ssl configuration: the certificate is validated again';

const shown = (value: Json | undefined): string =>
  value === undefined || value === null ? '(unset)' : cut(printable(stringifyExact(value)), VALUE_SHOWN);

function reasonLines(
  { code, count, sample }: PlanSummary['rejected'][number],
  dim: (text: string) => string,
): string[] {
  const name = sample.hostname ?? sample.custom_hostname_id;
  const place = `e.g. row ${sample.row}${name === undefined ? '' : `, ${name}`}`;
  return [
    `  ${formatCount(count)} x ${printable(code)}`,
    ...wrapped(adviceFor(code), '      '),
    ...wrapped(sample.message === undefined ? place : `${place}: ${sample.message}`, '      ').map(dim),
  ];
}

function callLines({ calls, ratePerSecond, durationMs }: PlanSummary): string[] {
  return [
    ...countTable([
      ['list', calls.list],
      ['edit', calls.edit],
      ['settle', calls.settle],
      ['in all', calls.total],
    ]),
    `  at ${ratePerSecond.toFixed(1)} calls/s: at least ${formatDuration(durationMs)}`,
  ];
}
