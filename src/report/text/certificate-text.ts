import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import type { Json, JsonObject } from '../../terms.ts';
import { counted, formatCount, wrapped } from './text-layout.ts';

/** What a plan does with each bundle: how many rows bring it, what it puts in the place of what. Never anything of a key. */
export function bundleLines({ bundles, moreBundles }: Pick<PlanSummary, 'bundles' | 'moreBundles'>): string[] {
  const lines = bundles.flatMap(({ name, rows, send, skip, reject, certificates, replaces }) => {
    const parts = [
      `${formatCount(send)} to send`,
      ...(skip > 0 ? [`${formatCount(skip)} already served`] : []),
      ...(reject > 0 ? [`${formatCount(reject)} rejected`] : []),
    ];
    const head = wrapped(`bundle ${name}: ${counted(rows, 'row')}, ${parts.join(', ')}`, '  ');
    const after = certificates.flatMap((one) => wrapped(`new: ${certificateText(one)}`, '    '));
    const before = replaces.flatMap(({ certificates: old, hostnames }) => {
      const text = old.length === 0 ? 'none' : old.map((one) => certificateText(one)).join(' | ');
      return wrapped(`now, on ${counted(hostnames, 'hostname')}: ${text}`, '    ');
    });
    return [...head, ...after, ...packEnd(certificates), ...before];
  });
  return moreBundles > 0 ? [...lines, `  and ${counted(moreBundles, 'more bundle')}`] : lines;
}

/** A pack is taken out of service as a whole when the first of its certificates ends. */
function packEnd(certificates: readonly JsonObject[]): string[] {
  const ends = certificates.flatMap(({ expires_on }) => (typeof expires_on === 'string' ? [expires_on] : [])).sort();
  const [first] = ends;
  return first === undefined || ends.length < 2
    ? []
    : [`    the pack ends on ${first.slice(0, 10)}, with the first of the two`];
}

/** Certificates before and after, one a line. */
export function certificateChange(before: Json | undefined, after: Json | undefined, indent: string): string[] {
  const side = (mark: string, value: Json | undefined) =>
    (Array.isArray(value) ? value : []).flatMap((one) => wrapped(`${mark} ${certificateText(one)}`, indent));
  return [...side('-', before), ...side('+', after)];
}

/** `RSA 2048, Acme CA, serial 123, until 2027-01-01, fingerprint …`, as far as it is known. */
export function certificateText(certificate: Json): string {
  const { key_type, key_size, issuer, serial_number, expires_on, fingerprint_sha256, signature } =
    certificate as JsonObject;
  const type =
    typeof key_type === 'string'
      ? [`${key_type.toUpperCase()}${typeof key_size === 'number' ? ` ${key_size}` : ''}`]
      : typeof signature === 'string'
        ? [signature]
        : [];
  return [
    ...type,
    ...(typeof issuer === 'string' ? [issuer] : []),
    ...(typeof serial_number === 'string' ? [`serial ${serial_number}`] : []),
    ...(typeof expires_on === 'string' ? [`until ${expires_on.slice(0, 10)}`] : []),
    ...(typeof fingerprint_sha256 === 'string' ? [`sha256 ${fingerprint_sha256}`] : []),
  ].join(', ');
}
