import { hexText, textBits, tokenText } from './draw.ts';
import { refusedChecks, tokenLife } from './ssl-machine.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';
import type { WireRecord } from './wire-hostname.ts';

const DCV_TOKEN_LENGTH = 43;

/** The name a certificate's TXT record is looked up at: a wildcard is proved at its parent. */
const provedName = (hostname: string): string => hostname.replace(/^\*\./, '');

/** One record per name on the certificate; SSL.com wants tokens of their own for the RSA and the ECDSA certificate. */
const recordCount = (ssl: StoredSsl): number =>
  (ssl.wildcard ? 2 : 1) * (ssl.certificateAuthority === 'ssl_com' ? 2 : 1);

/**
 * What must be published for the current order. Records exist only between `initializing` and `active`: they come a few
 * seconds after the order, and vanish with success. `refused` is how often the authority has refused the order: each
 * time the tokens are new.
 */
export function validationRecords(record: StoredHostname, ssl: StoredSsl, refused: number): WireRecord[] | undefined {
  const shown = ssl.status === 'pending_validation' || ssl.status === 'validation_timed_out';
  if (!shown || ssl.uploaded !== undefined) return undefined;
  if (ssl.loadedRecords !== undefined && ssl.order === 0 && refused === 0) return [...ssl.loadedRecords];
  const status = ssl.status === 'pending_validation' ? 'pending' : 'expired';
  const name = provedName(record.hostname);
  const seed = textBits(record.id);
  return Array.from({ length: recordCount(ssl) }, (_, at) => {
    const token = tokenText(DCV_TOKEN_LENGTH, seed, ssl.order, refused, at, 11);
    if (ssl.method === 'http') {
      return {
        status,
        http_url: `http://${name}/.well-known/acme-challenge/${token}`,
        http_body: `${token}.${tokenText(DCV_TOKEN_LENGTH, seed, ssl.order, refused, at, 12)}`,
      };
    }
    return { status, txt_name: `_acme-challenge.${name}`, txt_value: token };
  });
}

/** The CNAME that lets the API publish the TXT tokens itself; it may be placed at any time, once and for all. */
export function delegationRecords(
  record: StoredHostname,
  ssl: StoredSsl,
  delegation: string,
): WireRecord[] | undefined {
  if (ssl.uploaded !== undefined || ssl.status === 'active') return undefined;
  const name = provedName(record.hostname);
  return [{ cname: `_acme-challenge.${name}`, cname_target: `${name}.${delegation}.dcv.cloudflare.com` }];
}

/** Whether the tokens of the current order can no longer be used, or have been refused. */
export function tokensStale(record: StoredHostname, ssl: StoredSsl, now: number): boolean {
  return (
    ssl.status.endsWith('_timed_out') ||
    ssl.status === 'expired' ||
    now >= ssl.tokensAt + tokenLife(ssl.certificateAuthority) ||
    refusedChecks(record, ssl, now) > 0
  );
}

/** The zone's identifier in delegation records: 16 hex digits. */
export const delegationId = (zoneId: string): string => hexText(16, textBits(zoneId), 21);
