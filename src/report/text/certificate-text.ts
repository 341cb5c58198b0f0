import type { PlanSummary } from '../../batch/plan/plan-summary.ts';
import type { Json, JsonObject } from '../../terms.ts';
import { counted, formatCount, wrapped } from '../../text/text-layout.ts';

/**
 * What a plan does with each bundle: how many rows bring it, what it puts in the place of what. Never anything of a key. What is
 * said of many bundles comes first, as readers are shown the first lines only.
 */
export function bundleLines({ bundles, moreBundles }: Pick<PlanSummary, 'bundles' | 'moreBundles'>): string[] {
  const lines = bundles.flatMap(({ name, rows, send, skip, reject, certificates, replaces }) => {
    const parts = [
      `${formatCount(send)} to send`,
      ...(skip > 0 ? [`${formatCount(skip)} already served`] : []),
      ...(reject > 0 ? [`${formatCount(reject)} rejected`] : []),
    ];
    const head = wrapped(`bundle ${name}: ${counted(rows, 'row')}, ${parts.join(', ')}`, '  ');
    const after = certificates.flatMap((one) => wrapped(`new: ${shortText(one)}`, '    '));
    const before = replaces.flatMap(({ certificates: old, hostnames }) => {
      const text = old.length === 0 ? 'none' : old.map(shortText).join(' | ');
      return wrapped(`now, on ${counted(hostnames, 'hostname')}: ${text}`, '    ');
    });
    return [...head, ...after, ...packEnd(certificates), ...before];
  });
  const all = bundles.length + moreBundles;
  return all > 1 ? [`  ${counted(all, 'bundle')}, the most used first`, ...lines] : lines;
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
    (Array.isArray(value) ? value : []).flatMap((one) => wrapped(`${mark} ${shortText(one)}`, indent));
  return [...side('-', before), ...side('+', after)];
}

/** Kind of key and its bits, or the signature where only that is known. */
function typeText({ key_type, key_size, signature }: JsonObject): string[] {
  if (typeof key_type === 'string')
    return [`${key_type.toUpperCase()}${typeof key_size === 'number' ? ` ${key_size}` : ''}`];
  return typeof signature === 'string' ? [signature] : [];
}

/** Hexadecimal digits of a fingerprint that tell certificates apart for a person. */
const PRINT_SHOWN = 16;

/** A certificate in one line of a plan, whose file has all of it. */
function shortText(certificate: Json): string {
  const { issuer, serial_number, expires_on, fingerprint_sha256: print } = certificate as JsonObject;
  const id = typeof print === 'string' ? `sha256 ${print.slice(0, PRINT_SHOWN)}…` : `serial ${serial_number}`;
  return [
    ...typeText(certificate as JsonObject),
    ...(typeof expires_on === 'string' ? [`until ${expires_on.slice(0, 10)}`] : []),
    ...(print === undefined && serial_number === undefined ? [] : [id]),
    ...(typeof issuer === 'string' ? [issuer] : []),
  ].join(', ');
}

/** `RSA 2048, Acme CA, serial 123, until 2027-01-01, sha256 …`, as far as it is known. */
export function certificateText(certificate: Json): string {
  const { issuer, serial_number, expires_on, fingerprint_sha256 } = certificate as JsonObject;
  return [
    ...typeText(certificate as JsonObject),
    ...(typeof issuer === 'string' ? [issuer] : []),
    ...(typeof serial_number === 'string' ? [`serial ${serial_number}`] : []),
    ...(typeof expires_on === 'string' ? [`until ${expires_on.slice(0, 10)}`] : []),
    ...(typeof fingerprint_sha256 === 'string' ? [`sha256 ${fingerprint_sha256}`] : []),
  ].join(', ');
}
