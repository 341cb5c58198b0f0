import { printable } from '../../text/printable.ts';
import type { BundleReport, Report } from '../report.ts';
import { certificateText } from './certificate-text.ts';
import { counted, countTable, wrapped } from './text-layout.ts';

/** Bundles that a text shows; report.json has more. */
const BUNDLES_SHOWN = 10;

/** What became of each bundle, by its certificates. */
export function bundleReportLines({ bundles }: Report): string[] {
  const shown = bundles.slice(0, BUNDLES_SHOWN);
  const lines = shown.flatMap((bundle) => {
    const { name, rows, certificates, serving, another, not_shown, failed, unprocessed, errors } = bundle;
    const counts = countTable(
      (
        [
          ['serve it', serving],
          ['serve another', another],
          ['not shown yet, or not at all', not_shown],
          ['failed', failed],
          ['not processed', unprocessed],
        ] as [string, number][]
      ).filter(([, count], at) => at === 0 || count > 0),
      '    ',
    );
    return [
      ...wrapped(`bundle ${name}: ${counted(rows, 'hostname')}`, '  '),
      ...certificates.flatMap((one) => wrapped(certificateText({ ...one }), '    ')),
      ...counts,
      ...anotherLines(bundle),
      ...errors.flatMap(({ code, count, advice }) => wrapped(`${count} x ${printable(code)}: ${advice}`, '      ')),
    ];
  });
  const more = bundles.length - shown.length;
  return more > 0 ? [...lines, `  and ${counted(more, 'more bundle')}: see report.json`] : lines;
}

const anotherLines = ({ another, another_hostnames: named }: BundleReport): string[] =>
  another === 0 ? [] : wrapped(`another on: ${named.join(', ')}${another > named.length ? ', …' : ''}`, '      ');
