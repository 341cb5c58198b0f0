import { DAY, HOUR } from '../terms.ts';

/** One thing that is decided of certificates, and the day (UTC) from which it holds. */
export interface CalendarEntry {
  /** The first day, `YYYY-MM-DD`. */
  from: string;
  rule:
    | { kind: 'longest_life'; days: number }
    | { kind: 'longest_reuse'; ms: number }
    | { kind: 'authority_life'; authority: string; days: number; reuseMs: number }
    | { kind: 'method_ends'; method: string }
    | { kind: 'signature_ends'; signature: string }
    | { kind: 'distrust'; of: 'issued_from' | 'all'; issuers: readonly string[] };
  /** One sentence for people. */
  says: string;
  source: string;
}

const BR = 'CA/Browser Forum Baseline Requirements';
const LE_45 = 'https://letsencrypt.org/2025/12/02/from-90-to-45';

const longestLife = (from: string, days: number): CalendarEntry => ({
  from,
  rule: { kind: 'longest_life', days },
  says: `A certificate issued from then on is valid for ${days} days at most.`,
  source: `${BR}, 6.3.2 (SC-081v3)`,
});
const longestReuse = (from: string, days: number): CalendarEntry => ({
  from,
  rule: { kind: 'longest_reuse', ms: days * DAY },
  says: `An authority may rely on a validation of the domain for ${days} days at most.`,
  source: `${BR}, 4.2.1 (SC-081v3)`,
});
const letsEncrypt = (from: string, days: number, reuseMs: number, source: string): CalendarEntry => ({
  from,
  rule: { kind: 'authority_life', authority: 'lets_encrypt', days, reuseMs },
  says: `Let's Encrypt issues for ${days} days, and relies on a validation for ${reuseMs < DAY ? `${reuseMs / HOUR} hours` : `${reuseMs / DAY} days`}.`,
  source,
});

/** What is decided, by what and from when on, in the order of time. What an authority only plans to do is not in it. */
export const CALENDAR: readonly CalendarEntry[] = [
  letsEncrypt('2016-04-12', 90, 30 * DAY, 'https://letsencrypt.org/docs/faq/'),
  longestLife('2020-09-01', 398),
  longestReuse('2021-10-01', 398),
  {
    from: '2024-11-12',
    rule: {
      kind: 'distrust',
      of: 'issued_from',
      issuers: [
        'Entrust Root Certification Authority',
        'Entrust.net Certification Authority',
        'Entrust Certification Authority - L1',
        'AffirmTrust ',
      ],
    },
    says: 'Chrome trusts no certificate that chains to a root of Entrust and was issued from then on; Mozilla from 2024-12-01.',
    source: 'https://developers.cloudflare.com/ssl/reference/migration-guides/entrust-distrust/',
  },
  longestLife('2026-03-15', 200),
  longestReuse('2026-03-15', 200),
  {
    from: '2026-04-15',
    rule: {
      kind: 'distrust',
      of: 'all',
      issuers: ['DigiCert Global Root CA', 'DigiCert Assured ID Root CA', 'DigiCert High Assurance EV Root CA'],
    },
    says: 'Chrome and Mozilla trust no certificate that chains to the first generation of DigiCert roots alone.',
    source: 'https://knowledge.digicert.com/alerts/digicert-tls-root-strategy-aligning-with-industry-standards',
  },
  {
    from: '2026-09-15',
    rule: { kind: 'signature_ends', signature: 'SHA1' },
    says: 'No certificate may have a signature with SHA-1.',
    source: `${BR}, 7.1.3.2.1`,
  },
  letsEncrypt('2027-02-10', 64, 10 * DAY, LE_45),
  longestLife('2027-03-15', 100),
  longestReuse('2027-03-15', 100),
  letsEncrypt('2028-02-16', 45, 7 * HOUR, LE_45),
  {
    from: '2028-03-15',
    rule: { kind: 'method_ends', method: 'email' },
    says: 'Control of a domain can no longer be shown by e-mail.',
    source: `${BR}, 3.2.2.4.4, .13 and .14 (SC-090)`,
  },
  longestLife('2029-03-15', 47),
  longestReuse('2029-03-15', 10),
];

type Kind = CalendarEntry['rule']['kind'];
type EntryOf<K extends Kind> = CalendarEntry & { rule: Extract<CalendarEntry['rule'], { kind: K }> };

const since = ({ from }: CalendarEntry): number => Date.parse(from);
const ofKind = <K extends Kind>(kind: K): EntryOf<K>[] =>
  CALENDAR.filter((entry): entry is EntryOf<K> => entry.rule.kind === kind);
const lastBy = <E extends CalendarEntry>(entries: readonly E[], at: number): E | undefined =>
  entries.findLast((entry) => since(entry) <= at);

/** The most days that a certificate issued at `at` (milliseconds since 1970) may be valid, and by what; undefined before 2020. */
export const longestLifeAt = (at: number): EntryOf<'longest_life'> | undefined => lastBy(ofKind('longest_life'), at);

/** How long an authority may rely on a validation at `at`, by the Baseline Requirements. */
export const longestReuseAt = (at: number): EntryOf<'longest_reuse'> | undefined => lastBy(ofKind('longest_reuse'), at);

/**
 * Why a certificate with these times (milliseconds since 1970) is valid for longer than it may be; undefined where it is
 * not. The last second counts (BR 6.3.2), so that one which ends at the very second it began a day later has two days.
 */
export function overlong(notBefore: number, notAfter: number): EntryOf<'longest_life'> | undefined {
  const entry = longestLifeAt(notBefore);
  return entry !== undefined && notAfter - notBefore + 1_000 > entry.rule.days * DAY ? entry : undefined;
}

/** How long `authority`, as the API spells it, issues for at `at`; undefined where nothing is announced of it. */
export const authorityLifeAt = (authority: string, at: number): EntryOf<'authority_life'> | undefined =>
  lastBy(
    ofKind('authority_life').filter(({ rule }) => rule.authority === authority),
    at,
  );

/** When control can no longer be shown by `method` (`ssl.method`); undefined where no end is decided. */
export const methodEnd = (method: string): EntryOf<'method_ends'> | undefined =>
  ofKind('method_ends').find(({ rule }) => rule.method === method);

/** What forbids `signature` (as the API names it, `SHA1WithRSA`) at `at`. */
export const signatureEnded = (signature: string, at: number): EntryOf<'signature_ends'> | undefined =>
  ofKind('signature_ends').find((entry) => signature.includes(entry.rule.signature) && since(entry) <= at);

/**
 * Why browsers do not trust a certificate issued at `notBefore` whose chain has these issuers, by their common names (a
 * chain that is not given whole shows fewer); undefined where nothing is known against it at `at`.
 */
export const distrusted = (
  issuers: readonly string[],
  notBefore: number,
  at: number,
): EntryOf<'distrust'> | undefined =>
  ofKind('distrust').find(
    (entry) =>
      (entry.rule.of === 'all' ? at : notBefore) >= since(entry) &&
      issuers.some((issuer) => entry.rule.issuers.some((start) => issuer.startsWith(start))),
  );

/** What begins to hold after `at`, and within `ms` of it. */
export const comingWithin = (at: number, ms: number): CalendarEntry[] =>
  CALENDAR.filter((entry) => since(entry) > at && since(entry) <= at + ms);
