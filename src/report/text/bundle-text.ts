import { printable } from '../../text/printable.ts';
import type { Report } from '../report.ts';
import { certificateText } from './certificate-text.ts';
import { counted, countTable, wrapped } from './text-layout.ts';

/** Bundles that a text shows; report.json has more. */
const BUNDLES_SHOWN = 10;

/** What became of each bundle, by its certificates. */
export function bundleReportLines({ bundles, bundle_count }: Report): string[] {
  const shown = bundles.slice(0, BUNDLES_SHOWN);
  const lines = shown.flatMap((bundle) => {
    const { name, rows, certificates, serving, deploying, old, failed, unprocessed, old_hostnames, errors } = bundle;
    const counts = countTable(
      (
        [
          ['serve it', serving],
          ['take it, not active yet', deploying],
          ['still show another', old],
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
      ...(old > 0
        ? wrapped(`another on: ${old_hostnames.join(', ')}${old > old_hostnames.length ? ', …' : ''}`, '      ')
        : []),
      ...errors.flatMap(({ code, count, advice }) => wrapped(`${count} x ${printable(code)}: ${advice}`, '      ')),
    ];
  });
  const more = bundle_count - shown.length;
  return more > 0 ? [...lines, `  and ${counted(more, 'more bundle')}: see report.json`] : lines;
}
