import type { CertificateVerdict } from '../../hostname/certificates.ts';
import { countTable, wrapped } from '../../text/text-layout.ts';
import type { Served } from '../../tls/verify.ts';

const WORDS: Record<CertificateVerdict, string> = {
  new: 'serves it',
  another: 'serves another',
  not_shown: 'not shown',
};

/** Whether nothing is left to be done about a hostname. */
export const isGood = ({ verdict, note }: Served): boolean => verdict === 'new' && note === '';

/** One hostname as lines for a person. */
export function servedLines(served: Served): string[] {
  const { hostname, verdict, note, address, served: offered } = served;
  const head = `${hostname}: ${WORDS[verdict]}${note === '' ? '' : `; ${note}`}${address === null ? '' : ` (${address})`}`;
  const details = offered.map(({ offered: type, fingerprint_sha256, issuer, expires_on, note: why }) =>
    fingerprint_sha256 === undefined
      ? `${type.toUpperCase()}: ${why}`
      : `${type.toUpperCase()}: ${issuer}, until ${expires_on?.slice(0, 10)}, sha256 ${fingerprint_sha256}`,
  );
  return isGood(served) ? [head] : [...wrapped(head, ''), ...details.flatMap((line) => wrapped(line, '    '))];
}

export const SERVED_COLUMNS = [
  ...['hostname', 'verdict', 'note', 'address', 'offered', 'serial_number', 'fingerprint_sha256', 'issuer'],
  ...['expires_on', 'distrusted', 'expected_sha256', 'checked_at'],
];

/** One row for each kind of key that was offered. */
export function servedRows({ hostname, verdict, note, address, served, expected, checked_at }: Served): string[][] {
  const offered = served.length > 0 ? served : [{ offered: '', note }];
  return offered.map((one) => {
    const { serial_number, fingerprint_sha256, issuer, expires_on, distrusted } = one as Served['served'][number];
    return [
      ...[hostname, verdict, note || (one.note ?? ''), address ?? '', one.offered, serial_number ?? ''],
      ...[fingerprint_sha256 ?? '', issuer ?? '', expires_on ?? '', distrusted ?? '', expected.join(' '), checked_at],
    ];
  });
}

/** Counts hostnames by what they serve. */
export class ServedCounts {
  total = 0;
  good = 0;
  readonly #verdicts: Record<CertificateVerdict, number> = { new: 0, another: 0, not_shown: 0 };

  add(served: Served): void {
    this.total += 1;
    this.#verdicts[served.verdict] += 1;
    if (isGood(served)) this.good += 1;
  }

  text(): string {
    const { new: fresh, another, not_shown } = this.#verdicts;
    return countTable([
      ['serve it', fresh],
      ['of them not trusted', fresh - this.good],
      ['serve another', another],
      ['not shown', not_shown],
    ]).join('\n');
  }
}
