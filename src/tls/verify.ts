import { isIP } from 'node:net';
import type { SecureContext } from 'node:tls';
import pLimit, { type LimitFunction } from 'p-limit';
import { type NameService, textsOf } from '../dns/lookup.ts';
import { isPublicAddress } from '../dns/public-address.ts';
import { type CertificateVerdict, isSame } from '../hostname/certificates.ts';
import type { LiveCertificate } from '../hostname/live.ts';
import { HostrollError } from '../terms.ts';
import { type Handshake, handshake, KEY_TYPES, type KeyType, offerOf, type ServedCertificate } from './handshake.ts';

/** A hostname, and the certificates that it should serve; with none it is only looked at. */
export interface Expected {
  hostname: string;
  certificates: (LiveCertificate & { key_type?: string })[];
}

/** What a client that offers one kind of key is given. */
interface Offered extends Partial<ServedCertificate> {
  offered: KeyType;
  /** Why it was given nothing. */
  note?: string;
}

/** What the look at one hostname found. */
export interface Served {
  hostname: string;
  verdict: CertificateVerdict;
  /** What is wrong, or could not be seen; empty where nothing is. */
  note: string;
  address: string | null;
  served: Offered[];
  /** SHA-256 of what was expected, as far as it is known. */
  expected: string[];
  checked_at: string;
}

export interface VerifyOptions {
  names: NameService;
  /** Where all hostnames are looked for instead of at their own addresses. */
  connect?: { host: string; port: number } | undefined;
  /** Also connect to private, loopback and link-local addresses that names lead to. */
  allowPrivate?: boolean;
  /** In PEM, in the place of those of this runtime. */
  trusted?: readonly string[];
  /** Hostnames looked at side by side. */
  concurrency?: number;
  withinMs?: number;
  now?: () => number;
}

const HTTPS = 443;
const CONCURRENCY = 50;
/** A name that a wildcard is good for. */
const ANY_LABEL = 'hostroll-check';

/** Reads `--connect`: a name or address, with a port or 443. Throws `CONFIG_INVALID`. */
export function parseConnect(text: string): { host: string; port: number } {
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:]+|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*))(?::(\d+))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? HTTPS : Number(port);
  if (host === undefined || number < 1 || number > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `--connect must be a name or an address, with a port where it is not 443, not "${text}".`,
    );
  }
  return { host, port: number };
}

/** Looks at what hostnames serve, by TLS handshakes. */
export class Verifier {
  readonly #options: VerifyOptions;
  readonly #limit: LimitFunction;
  readonly #offers: Record<KeyType, SecureContext>;

  constructor(options: VerifyOptions) {
    this.#options = options;
    const { trusted } = options;
    this.#offers = { ecdsa: offerOf('ecdsa', trusted), rsa: offerOf('rsa', trusted) };
    this.#limit = pLimit(options.concurrency ?? CONCURRENCY);
  }

  /** Two handshakes, one for each kind of key. Never throws for what the world does. */
  look(expected: Expected): Promise<Served> {
    return this.#limit(() => this.#look(expected));
  }

  async #look({ hostname, certificates }: Expected): Promise<Served> {
    const { connect, withinMs, now = Date.now } = this.#options;
    const base = {
      hostname,
      expected: certificates.flatMap(({ fingerprint_sha256 }) => fingerprint_sha256 ?? []),
      checked_at: new Date(now()).toISOString(),
    };
    const name = hostname.replace(/^\*\./, `${ANY_LABEL}.`);
    const found = await this.#addressOf(connect?.host ?? name, connect !== undefined);
    if ('note' in found) return { ...base, verdict: 'not_shown', note: found.note, address: null, served: [] };
    const { address } = found;
    const port = connect?.port ?? HTTPS;
    const looks = await Promise.all(
      KEY_TYPES.map(async (offers) => ({
        offers,
        shown: await handshake({ address, port, name, offer: this.#offers[offers], ...(withinMs && { withinMs }) }),
      })),
    );
    const served = looks.map(({ offers, shown }): Offered => ({ offered: offers, ...offeredOf(shown) }));
    return { ...base, ...judge(looks, certificates), address, served };
  }

  /** The address is looked up here and checked, so that a name leads to nothing inside this network. */
  async #addressOf(host: string, isGiven: boolean): Promise<{ address: string } | { note: string }> {
    const { names, allowPrivate = false } = this.#options;
    // An address in a flag is the operator's own choice.
    if (isIP(host) !== 0 && isGiven) return { address: host };
    const lookups = await Promise.all([names.lookup(host, 'A'), names.lookup(host, 'AAAA')]);
    const addresses = lookups.flatMap((one) => [...textsOf(one, 'A'), ...textsOf(one, 'AAAA')]);
    const [address] = addresses.filter((one) => allowPrivate || isPublicAddress(one));
    if (address !== undefined) return { address };
    const [refused] = addresses;
    if (refused !== undefined)
      return { note: `${host} leads to ${refused}, an address that is not on the public Internet` };
    const failed = lookups.find((one) => one.kind === 'failed');
    return { note: failed?.kind === 'failed' ? failed.failure.note : `${host} has no address` };
  }
}

const offeredOf = (shown: Handshake): Omit<Offered, 'offered'> => {
  if (shown.kind === 'served') return shown.certificate;
  return { note: shown.kind === 'none' ? 'no certificate of this kind' : shown.note };
};

type Look = { offers: KeyType; shown: Handshake };

/** Where nothing is known of a kind of key, a server may have a certificate of it or none. */
const isExpected = (certificates: Expected['certificates'], type: KeyType): boolean =>
  certificates.some(({ key_type }) => key_type === undefined || key_type === type);

function judge(looks: readonly Look[], wanted: Expected['certificates']): Pick<Served, 'verdict' | 'note'> {
  const given = looks.flatMap(({ shown }) => (shown.kind === 'served' ? [shown.certificate] : []));
  const other = given.find((one) => wanted.length > 0 && !wanted.some((each) => isSame(one, each)));
  if (other !== undefined)
    return { verdict: 'another', note: `serves another certificate: ${other.fingerprint_sha256}` };
  const lacks = looks.find(({ offers, shown }) => shown.kind !== 'served' && isLacking(offers, shown, wanted));
  if (given.length === 0 || lacks !== undefined) {
    const { offers, shown } = lacks ?? (looks[0] as Look);
    const why = shown.kind === 'failed' ? shown.note : 'it has none';
    return { verdict: 'not_shown', note: `no ${offers.toUpperCase()} certificate is served: ${why}` };
  }
  const { distrusted } = given.find((one) => one.distrusted !== undefined) ?? {};
  const note = distrusted === undefined ? '' : `browsers do not trust it: ${distrusted}`;
  return {
    verdict: wanted.length === 0 ? 'not_shown' : 'new',
    note: wanted.length === 0 && note === '' ? 'what it should serve is not known' : note,
  };
}

/** A kind that is not among those expected may be lacking; one of which nothing is known may be, where the server says so. */
const isLacking = (type: KeyType, shown: Handshake, wanted: Expected['certificates']): boolean =>
  isExpected(wanted, type) && !(shown.kind === 'none' && wanted.every(({ key_type }) => key_type === undefined));
