import pc from 'picocolors';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import { warningText } from '../../bundles/bundle-source.ts';
import { adviceFor } from '../../codes/code.ts';
import type { Cause } from '../../dcv/causes.ts';
import { CERTIFICATES_PATH } from '../../hostname/certificates.ts';
import { REVERSALS, type Reversal } from '../../hostname/inverse.ts';
import { planDiff } from '../../hostname/plan-diff.ts';
import { stringifyExact } from '../../json/exact-json.ts';
import { DECISIONS, EFFECTS, type Effect, type Json } from '../../terms.ts';
import { formatDuration } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import { clipped, counted, cut, formatCount, wrapped } from '../../text/text-layout.ts';
import { causeLines } from './causes-text.ts';
import { bundleLines, certificateChange } from './certificate-text.ts';
import { waveLines } from './rollout-text.ts';

const EFFECT_WORDS: Record<Effect, string> = {
  metadata_only: 'metadata only',
  moves_traffic: 'moves traffic',
  restarts_dcv: 'restarts validation',
  reissues: 'reissues the certificate',
  replaces_certificate: 'replaces the certificate',
  drops_rsa: 'drops the RSA certificate',
  drops_ecdsa: 'drops the ECDSA certificate',
  loses_upload: 'loses an uploaded certificate',
};

/** What each effect means for visitors and for customers. */
const EFFECT_MEANS: Record<Effect, string> = {
  metadata_only: 'visitors and customers see nothing of it',
  moves_traffic: 'requests go to another origin at once',
  restarts_dcv: 'customers may have to publish a record anew; the present certificate serves until then',
  reissues: 'a new one is ordered; the present one serves until it is there',
  replaces_certificate: 'visitors are served another certificate as soon as it is active',
  drops_rsa: 'clients that know only RSA can no longer connect',
  drops_ecdsa: 'clients that know RSA go on; those that know only ECDSA cannot connect',
  loses_upload: 'a managed one takes its place, and its key is not in our hands to go back',
};

const EXAMPLES_SHOWN = 3;

/** Characters of one value; a long metadata text tells nothing more by its end. */
const VALUE_SHOWN = 60;
/** Lines of each part: a plan is looked at as a whole before somebody says yes. */
const MOST = { changes: 8, notes: 9, warnings: 8, certificates: 8, waves: 6, causes: 9, examples: 6 };

export interface PlanStyle {
  color: boolean;
  /** The command that carries the plan out. */
  next?: string | undefined;
}

/** A plan as text for a person, 80 columns wide, ending in a newline: what `plan` prints and `apply` asks about. */
export function renderPlan(plan: PlanSummary, { color, next }: PlanStyle): string {
  const { bold, dim } = pc.createColors(color);
  const section = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : ['', bold(title), ...lines]);
  const style = { room: MOST.causes, bold: (text: string) => text, dim, now: 0, rest: '--format json' };
  const left = [
    ...plan.rejected.map((one) => causeOf('rejected', one)),
    ...(plan.skipped ?? []).map((one) => causeOf('skipped', one)),
  ];
  return [
    bold(headline(plan)),
    ...section('What changes', clipped(changeLines(plan), MOST.changes)),
    ...section('What that means', effectLines(plan)),
    ...section(
      'Notes',
      clipped(
        plan.notes.flatMap((note) => wrapped(note, '  ')),
        MOST.notes,
      ),
    ),
    ...section(
      'Warnings',
      clipped(
        (plan.warnings ?? []).flatMap((warning) => wrapped(printable(warningText(warning)), '  ')),
        MOST.warnings,
      ),
    ),
    ...section('Certificates', clipped(bundleLines(plan), MOST.certificates)),
    ...section('Examples', clipped(examples(plan).flatMap(exampleLines), MOST.examples)),
    ...section('Not sent', causeLines(left, style)),
    ...section('Waves', clipped(waveLines(plan), MOST.waves)),
    ...section('Cost', costLines(plan)),
    ...(next === undefined || sentOf(plan) === 0 ? [] : section('To carry it out', [`  ${next}`])),
    '',
  ].join('\n');
}

type PathValues = PlanSummary['changes'][number]['pairs'][number];

const sentOf = ({ counts }: PlanSummary): number => counts.edit + counts.recheck;

function headline(plan: PlanSummary): string {
  const { counts, editMs } = plan;
  const sent = sentOf(plan);
  const rows = DECISIONS.reduce((sum, decision) => sum + counts[decision], 0);
  const rest = [
    ...(counts.skip > 0 ? [`${formatCount(counts.skip)} skipped`] : []),
    ...(counts.reject > 0 ? [`${formatCount(counts.reject)} rejected`] : []),
  ].join(', ');
  if (sent === 0) {
    if (counts.reject === 0) return `None of ${counted(rows, 'row')} needs an edit`;
    return `Nothing to send of ${counted(rows, 'row')}: ${rest}`;
  }
  return `${formatCount(sent)} of ${counted(rows, 'row')} to send${rest === '' ? '' : `, ${rest}`}; it takes ${formatDuration(editMs)} or more`;
}

/** What rows ask for before anybody has planned them: values, with counts. */
export const askedLines = (changes: PlanSummary['changes'], recheck: number): string[] =>
  changeLines({ changes, counts: { recheck } }, ({ after }) => shown(after));

/** What becomes of which values, with counts; the last line of a path sums up what is not shown. */
function changeLines(
  { changes, counts }: { changes: PlanSummary['changes']; counts: { recheck: number } },
  worded = ({ before, after }: PathValues) => `${shown(before)} → ${shown(after)}`,
): string[] {
  const rows = changes.flatMap(({ path, rows: all, pairs }): [string, number][] => {
    const shownPairs = pairs.map((pair): [string, number] => [`${path}: ${worded(pair)}`, pair.count]);
    const rest = all - pairs.reduce((sum, { count }) => sum + count, 0);
    const what = pairs.length === 0 ? path : `${path}: others`;
    return rest > 0 ? [...shownPairs, [what, rest]] : shownPairs;
  });
  const rechecks: [string, number][] =
    counts.recheck > 0 ? [['nothing changes; validation is started again (recheck)', counts.recheck]] : [];
  return numbered([...rows, ...rechecks]);
}

function effectLines({ effects, undo }: PlanSummary): string[] {
  const lines: [number, string][] = [
    ...EFFECTS.map((effect): [number, string] => [effects[effect], `${EFFECT_WORDS[effect]}: ${EFFECT_MEANS[effect]}`]),
    ...REVERSALS.map((reversal): [number, string] => [undo[reversal], UNDO_WORDS[reversal]]),
  ];
  return numbered(lines.flatMap(([count, text]) => (count > 0 ? [[text, count] as [string, number]] : [])));
}

/** Numbers, and texts beside them. */
function numbered(rows: [text: string, count: number][]): string[] {
  const width = Math.max(0, ...rows.map(([, count]) => formatCount(count).length));
  const indent = ' '.repeat(width + 4);
  return rows.flatMap(([text, count]) => {
    const [first = '', ...rest] = wrapped(text, indent);
    return [`  ${formatCount(count).padStart(width)}  ${first.trimStart()}`, ...rest];
  });
}

const UNDO_WORDS: Record<Reversal, string> = {
  reversible: 'can be undone as if nothing had been',
  needs_dcv: 'can be undone, with validation once more',
  needs_bundle: 'can be undone with the old certificate and its key',
  not_reversible: 'cannot be undone',
};

/** One sample of each strongest effect, the gravest first; rechecks are a kind, too. */
function examples({ samples }: PlanSummary): PlanRow[] {
  const kinds = new Map<string, PlanRow>();
  for (const sample of samples) {
    const strongest = EFFECTS.findLast((effect) => sample.effects.includes(effect)) ?? 'none';
    const kind = sample.decision === 'recheck' ? 'recheck' : strongest;
    if (!kinds.has(kind)) kinds.set(kind, sample);
  }
  const grave = (kind: string) => (EFFECTS as readonly string[]).indexOf(kind);
  return [...kinds]
    .sort(([a], [b]) => grave(b) - grave(a))
    .slice(0, EXAMPLES_SHOWN)
    .map(([, sample]) => sample);
}

function exampleLines(sample: PlanRow): string[] {
  const name = sample.hostname ?? sample.custom_hostname_id ?? '';
  if (sample.decision === 'recheck') return wrapped(`${name} (row ${sample.row}): ${recheckText(sample)}`, '  ');
  const changes = planDiff(sample.before ?? {}, sample.body ?? {});
  const certificates = changes.find(({ path }) => path === CERTIFICATES_PATH);
  const others = changes.filter(({ path }) => path !== CERTIFICATES_PATH);
  const text = others.map(({ path, before, after }) => `${path}: ${shown(before)} → ${shown(after)}`).join('; ');
  return [
    ...wrapped(
      `${name} (row ${sample.row})${changes.length === 0 ? ': no field differs' : text === '' ? '' : `: ${text}`}`,
      '  ',
    ),
    ...(certificates === undefined ? [] : certificateChange(certificates.before, certificates.after, '      ')),
  ];
}

/** What a recheck does, and what it leaves alone. */
const recheckText = ({ body }: PlanRow): string =>
  body?.ssl === undefined
    ? 'an empty edit: the hostname is validated again, its certificate left alone'
    : 're-send the stored ssl configuration: the certificate is validated again';

const shown = (value: Json | undefined): string =>
  value === undefined || value === null
    ? '(unset)'
    : cut(printable(typeof value === 'string' && value !== '' ? value : stringifyExact(value)), VALUE_SHOWN);

/** Rows that are not sent, by their code. */
const causeOf = (what: string, { code, count, sample }: PlanSummary['rejected'][number]): Cause => ({
  ...{ who: what === 'rejected' ? 'operator' : 'nobody', what: `${what}, ${code}`, code, todo: adviceFor(code), count },
  ...{ examples: [sample.hostname ?? sample.custom_hostname_id ?? `row ${sample.row}`], domains: [], deadlines: {} },
});

function costLines({ calls, ratePerSecond, editMs, durationMs, rules = [] }: PlanSummary): string[] {
  const wait =
    durationMs > editMs ? ` Then up to ${formatDuration(durationMs - editMs)} until hostnames have settled.` : '';
  const kinds = [
    `${formatCount(calls.list)} to read`,
    `${formatCount(calls.edit)} to edit`,
    `${formatCount(calls.settle)} to look how they settle`,
  ];
  return [
    ...wrapped(
      `${counted(calls.total, 'API call')}, ${kinds.join(', ')}, at ${ratePerSecond.toFixed(1)} a second.${wait}`,
      '  ',
    ),
    ...(rules.length === 0
      ? []
      : wrapped('Where too much fails, it waits for you or stops by itself (docs/rollouts.md).', '  ')),
  ];
}
