import { printable } from '../../text/printable.ts';
import { clipped, counted, formatCount, wrapped } from '../../text/text-layout.ts';
import type { BundleReport, Report } from '../report.ts';
import { certificateText } from './certificate-text.ts';

/** Bundles that a text shows; report.json has more. */
const BUNDLES_SHOWN = 3;

/** What became of each bundle, by its certificates: three lines each at most. */
export function bundleReportLines({ bundles }: Report): string[] {
  const shown = bundles.slice(0, BUNDLES_SHOWN);
  const more = bundles.length - shown.length;
  return [
    ...shown.flatMap((bundle) => [
      ...clipped(wrapped(`bundle ${bundle.name}: ${countsOf(bundle)}`, '  '), 2),
      ...clipped(
        bundle.certificates.flatMap((one) => wrapped(certificateText({ ...one }), '    ')),
        1,
      ),
    ]),
    ...(more > 0 ? [`  and ${counted(more, 'more bundle')}: see report.json`] : []),
  ];
}

function countsOf({
  rows,
  serving,
  another,
  another_hostnames: named,
  not_shown,
  failed,
  unprocessed,
  errors,
}: BundleReport): string {
  const parts: [string, number][] = [
    ['not shown yet, or not at all', not_shown],
    ['failed', failed],
    ['not processed', unprocessed],
  ];
  const others = parts.flatMap(([what, count]) => (count === 0 ? [] : [`${formatCount(count)} ${what}`]));
  const elsewhere =
    another === 0
      ? []
      : [`${formatCount(another)} serve another (${named.slice(0, 3).join(', ')}${another > 3 ? ', …' : ''})`];
  const codes = errors.map(({ code, count }) => `${formatCount(count)} ${printable(code)}`);
  return [`${counted(rows, 'hostname')}, ${formatCount(serving)} serve it`, ...elsewhere, ...others, ...codes].join(
    ', ',
  );
}
