import { codesOf, type Meaning } from './meaning.ts';

/** Why the plan leaves a row as it is. */
const SKIPPED = codesOf('ok', {
  UNREADY:
    'DNS says that the hostname would not pass validation (--skip-unready). Let the customer do what the message says, and send it again.',
  NOT_MEANT: 'A condition of --where does not hold of the hostname. Nothing needs to be done.',
  ALREADY_SO: 'The hostname already holds what the row asks for. Nothing needs to be done.',
  CERTIFICATE_SENT_BEFORE:
    'An earlier batch sent these very certificates, and answers of the API do not show what is served. Look with hostroll certificates verify; --resend sends them again.',
  SWEEP_MISSING: 'What the check needs is not published yet. Hand the customer the records (hostroll dcv export).',
  SWEEP_WRONG: 'Something else is published than the check asks for. Show the customer both (hostroll dcv export).',
  SWEEP_CAA_BLOCKED:
    'CAA records forbid the certificate authority. The customer must allow it, or the hostname must go to another one.',
  SWEEP_POINTS_ELSEWHERE:
    'The hostname leads somewhere else than here. The customer must point it at your target, or has left.',
  SWEEP_DOMAIN_GONE: 'The domain does not exist. Ask the customer, and take the hostname out if it is given up.',
  SWEEP_CANNOT_TELL:
    'DNS or HTTP gave no trustworthy answer, so nothing was sent. The next sweep looks again; --all sends without looking.',
  SWEEP_REFUSED:
    'The certificate authority refuses for now. Wait until its limit is over, or move the hostname to another authority.',
  SWEEP_BARRED:
    'Cloudflare does not activate the hostname until its cause is gone: a hold of the domain, a block, or no fallback origin. Then send it once with --all, or as a recheck.',
  SWEEP_CHECKED_SOON: 'Cloudflare checks the hostname within minutes by itself. Nothing needs to be done.',
  SWEEP_IN_OTHER_ZONE:
    'Another zone has the same hostname, and the zone edited last takes its traffic. Delete the one that is not in use, or send with --force.',
  SWEEP_CARRIED_OVER: 'The calls or the time of the sweep were used up. The next sweep of the zone begins with it.',
  SWEEP_PHASE: 'The hostname is in none of the phases that were asked for. Nothing needs to be done.',
  SWEEP_FILTER: 'The hostname does not pass the filters that were given. Nothing needs to be done.',
});

/** Why a row is not sent, or did not come to its end. */
const REFUSED = codesOf('someRowsFailed', {
  HOSTNAME_NOT_FOUND:
    'No zone of this run has the hostname. Check the spelling and the zone, or create the custom hostname first.',
  HOSTNAME_AMBIGUOUS:
    'The hostname exists in more than one zone, and the zone edited last takes its traffic. Give zone_id in the row.',
  HOSTNAME_IN_OTHER_ZONE: 'The hostname exists, but in another zone than the row names. Correct zone_id.',
  HOSTNAME_ID_MISMATCH:
    'hostname and custom_hostname_id of the row name different custom hostnames. Correct one, or give only one.',
  HOSTNAME_TWICE: 'Another row names the same custom hostname. Merge the rows into one.',
  CHANGED_SINCE_REVIEW:
    'The hostname has changed since the plan was reviewed. Plan the row again, or apply with --take-drifted.',
  CHANGED_SINCE_EDIT:
    'Somebody has changed the hostname since the batch that is undone. Look at it, and set it right with a row of its own.',
  NOT_REVERSIBLE: 'The edit cannot be taken back. Set the hostname right with a row of its own.',
  SSL_METHOD_MISSING: 'The hostname has no stored validation method to keep. Give ssl.method in the row.',
  SSL_WILDCARD_NEEDS_TXT: 'A wildcard certificate cannot be validated by http. Set ssl.method to txt.',
  SSL_TLS13_WITH_CIPHERS:
    'Ciphers cannot be chosen with TLS 1.3 as the minimum. Lower min_tls_version or clear the ciphers.',
  SSL_AUTHORITY_RETIRED:
    'The certificate authority of the hostname no longer issues. Name another one in ssl.certificate_authority.',
  SSL_AUTHORITY_WITH_BUNDLE: 'Take ssl.certificate_authority out of the row, or the bundle.',
  UPLOADED_CERTIFICATE:
    'The hostname serves a certificate you uploaded, and this edit would need its private key again or replace it. Name its bundle in the row.',
  CERTIFICATE_NOT_FOR_HOSTNAME:
    'Name a bundle whose certificates list this hostname, or a wildcard for its first label, as a subject alternative name.',
  CERTIFICATE_NARROWER:
    'The hostname serves all its subdomains by a wildcard, and the certificate does not. Use one that has both names, set ssl.wildcard to false, or say --allow-narrower.',
  PACK_NOT_REPLACEABLE: 'Send both certificates as one bundle, without --in-pack.',
  PACK_EDIT_ONLY: 'Take the other fields out of the row, or send it without --in-pack.',
  CHANGED_SINCE_PLAN:
    'Somebody changed the very fields of the row after it was planned. Look who was right: send the row again, which plans it again, or use --overwrite-drift.',
  METADATA_TOO_LARGE: 'The metadata would be larger than the 4,096 bytes the API allows. Shorten or remove keys.',
  NO_CERTIFICATE_TO_RECHECK: 'The hostname has no certificate to validate again. Ask for one with ssl.method first.',
  IN_DOUBT:
    'The edit was under way when the batch stopped. Resume: the hostname is read first and sent again only where needed.',
  UNPROCESSED: 'The batch has not reached the row yet. Resume it, or send the rows again.',
});

/** What is remarked of a row that was edited. */
const REMARKED = codesOf('ok', {
  CHANGED_ELSEWHERE:
    'Somebody changed other fields of the hostname after the plan. They were kept as they are; nothing needs to be done.',
  AUTHORITY_LEFT_OUT:
    'Zones below Enterprise may not name a certificate authority, not even the one they have. The edit was made without it.',
});

export const ROW_CODES = { ...SKIPPED, ...REFUSED, ...REMARKED } satisfies Record<string, Meaning>;
