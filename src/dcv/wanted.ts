import { CALLED_ON, type Complaint, complaintIn } from '../hostname/complaint.ts';
import type { LiveHostname, ValidationRecord } from '../hostname/live.ts';
import { settlementOf } from '../hostname/settlement.ts';

/** What has to be seen for a hostname to go on. Names are in lower case. */
export interface Wanted {
  /** The name that is validated: a wildcard is proved at its parent. */
  host: string;
  /** A name that its traffic goes to: for a wildcard some name below it. */
  served: string;
  /** What its certificate waits for; undefined where it has none, or waits for nothing. */
  certificate: WantedCertificate | undefined;
  /** Tokens that prove the hostname; undefined where it is proved. */
  ownership: { txt: Token | undefined; http: Token | undefined } | undefined;
  /** The API has stopped checking by itself. */
  stopped: boolean;
  /** The API will not check by itself, whatever is published: an abuse flag, or a hold of the domain. */
  blocked: boolean;
  /** What the API complains about, as far as it still matters: no longer of the hostname where that is proved. */
  complaints: ReadonlySet<Complaint>;
  /** The authority that is to issue; empty where Cloudflare chooses. */
  authority: string;
  wildcard: boolean;
}

interface WantedCertificate {
  /** `proof`: by the customer; `issuance` and `deployment` come by themselves after it; `tokens` are not there yet. */
  stage: 'tokens' | 'proof' | 'issuance' | 'deployment';
  method: string;
  /** Tokens are spent once validation timed out: the next order brings new ones. */
  spent: boolean;
  txt: Token[];
  http: Token[];
  delegation: Token[];
}

/** `at` is a DNS name or URL, `value` what is to be found there. */
export interface Token {
  at: string;
  value: string;
}

/** A label that hardly exists, so that only a wildcard answers for it. */
const PROBE_LABEL = 'hostroll-check';

/**
 * What is wanted of the world for a hostname, as the API showed it last. `authority` is the one that it will have, where
 * that is another one than it has: what the present one refuses is of no account then.
 */
export function wantedOf(live: LiveHostname, authority = live.ssl?.certificate_authority ?? ''): Wanted {
  const { ssl, ownership_verification: txt, ownership_verification_http: http } = live;
  const isWildcardName = live.hostname.startsWith('*.');
  const host = isWildcardName ? live.hostname.slice(2) : live.hostname;
  const owned = settlementOf(live.status, undefined) === 'active';
  const certified = ssl === undefined || ssl.uploaded === true || settlementOf('active', ssl.status) === 'active';
  const stays = authority === (ssl?.certificate_authority ?? '');
  const complaints = [
    ...(owned ? [] : (live.verification_errors ?? [])),
    ...(certified ? [] : (ssl?.validation_errors ?? [])),
  ].map(complaintIn);
  return {
    host,
    served: isWildcardName ? `${PROBE_LABEL}.${host}` : host,
    certificate: certified ? undefined : certificateOf(ssl, host),
    ownership: owned ? undefined : { txt: token(txt?.name, txt?.value), http: token(http?.http_url, http?.http_body) },
    stopped: settlementOf(live.status, ssl?.status) === 'errored',
    blocked: live.status === 'blocked',
    complaints: new Set(stays ? complaints : complaints.filter((one) => CALLED_ON[one] !== 'authority')),
    authority,
    wildcard: ssl?.wildcard === true || isWildcardName,
  };
}

function certificateOf(ssl: NonNullable<LiveHostname['ssl']>, host: string): WantedCertificate {
  const records = ssl.validation_records ?? [];
  const of = (pick: (record: ValidationRecord) => Token | undefined, from = records): Token[] =>
    from.map(pick).filter((found) => found !== undefined);
  const txt = of(({ txt_name, txt_value }) => token(txt_name ?? `_acme-challenge.${host}`, txt_value));
  const http = of(({ http_url, http_body }) => token(http_url, http_body));
  const delegation = of(({ cname, cname_target }) => token(cname, cname_target), ssl.dcv_delegation_records);
  const spent =
    /_timed_out$|^expired$/.test(ssl.status) ||
    (records.length > 0 && records.every(({ status }) => status === 'expired'));
  return {
    stage: stageOf(ssl.status, txt.length + http.length),
    method: ssl.method ?? '',
    spent,
    txt,
    http,
    delegation,
  };
}

function stageOf(status: string, tokens: number): WantedCertificate['stage'] {
  if (status === 'pending_issuance') return 'issuance';
  if (status === 'pending_deployment' || status === 'holding_deployment') return 'deployment';
  return tokens === 0 ? 'tokens' : 'proof';
}

const token = (at: string | undefined, value: string | undefined): Token | undefined =>
  at && value ? { at: at.replace(/\.$/, ''), value } : undefined;
