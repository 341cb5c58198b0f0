import { registeredDomain } from '../dns/registrable-domain.ts';
import { ACTORS, type Actor } from '../hostname/actor.ts';
import { withoutHosts } from '../hostname/complaint.ts';
import type { Deadlines } from '../hostname/deadlines.ts';
import type { HostnamePhase } from '../hostname/phase.ts';
import { PHASE_WORDS } from '../hostname/phase-words.ts';
import type { Finding, Verdict } from './finding.ts';

/** What many rows or hostnames have in common: what every short text about a batch, a sweep or a look is made of. */
export interface Cause {
  who: Actor;
  /** A clause that a count stands before: "12 hostnames: …". */
  what: string;
  /** The code of rows that have one. */
  code: string | null;
  /** What `who` should do, in one or two sentences. */
  todo: string;
  count: number;
  /** Names, those with the nearest deadline first: up to 20 where the operator must act, else three. */
  examples: string[];
  /** The registrable domains with the most of them; empty where no domain has more than one. */
  domains: { domain: string; count: number }[];
  /** The nearest deadline of each kind. */
  deadlines: Deadlines;
}

/** A cause without what is counted of it. */
export type Kind = Pick<Cause, 'who' | 'what' | 'code' | 'todo'>;

/** Names kept where we must act: so many a person works off by hand. */
const OUR_EXAMPLES = 20;
const EXAMPLES = 3;
const DOMAINS_SHOWN = 3;
/** Domains counted for each cause, and causes told apart: what comes later goes into one place, so that memory is bounded. */
const MOST_DOMAINS = 2_000;
const MOST_CAUSES = 200;

const KINDS = ['token_dies', 'hostname_lost', 'next_check'] as const satisfies readonly (keyof Deadlines)[];

interface Counted {
  kind: Kind;
  count: number;
  examples: { name: string; due: number }[];
  domains: Map<string, number>;
  deadlines: Deadlines;
}

/** Counts what rows and hostnames have in common as they pass by. */
export class Causes {
  readonly #causes = new Map<string, Counted>();
  total = 0;

  /** One more of `kind`; `name` is its hostname, or what else a person knows it by. */
  add(kind: Kind, name: string, deadlines: Deadlines = {}): void {
    this.total += 1;
    const one = this.#causeOf(kind);
    one.count += 1;
    const dates = [deadlines.hostname_lost, deadlines.token_dies].flatMap((one) => (one ? [Date.parse(one.at)] : []));
    const due = Math.min(Number.POSITIVE_INFINITY, ...dates);
    const most = kind.who === 'operator' ? OUR_EXAMPLES : EXAMPLES;
    const last = one.examples[most - 1];
    if (last === undefined || due < last.due) {
      const place = one.examples.findIndex((other) => other.due > due);
      one.examples.splice(place < 0 ? one.examples.length : place, 0, { name, due });
      one.examples.length = Math.min(one.examples.length, most);
    }
    const domain = registeredDomain(name)?.domain;
    if (domain !== undefined && (one.domains.has(domain) || one.domains.size < MOST_DOMAINS)) {
      one.domains.set(domain, (one.domains.get(domain) ?? 0) + 1);
    }
    for (const each of KINDS) {
      const [now, before] = [deadlines[each], one.deadlines[each]];
      if (now !== undefined && (before === undefined || now.at < before.at)) one.deadlines[each] = now;
    }
  }

  /** What we must do first, then what others must; of each the most frequent first. */
  list(): Cause[] {
    return [...this.#causes.values()]
      .map(({ kind, count, examples, domains, deadlines }) => ({
        ...kind,
        count,
        examples: examples.map(({ name }) => name),
        domains: mostOf(domains),
        deadlines,
      }))
      .sort((a, b) => ORDER.indexOf(a.who) - ORDER.indexOf(b.who) || b.count - a.count);
  }

  /** How many there are for which nobody has to act any more. */
  get settled(): number {
    return [...this.#causes.values()].reduce((sum, { kind, count }) => sum + (kind.who === 'nobody' ? count : 0), 0);
  }

  #causeOf(kind: Kind): Counted {
    const key = [kind.who, kind.code, kind.what].join('\n');
    const known = this.#causes.get(key);
    if (known !== undefined) return known;
    if (this.#causes.size >= MOST_CAUSES)
      return this.#put(`${kind.who}\nother`, { ...kind, what: 'other causes', code: null });
    return this.#put(key, kind);
  }

  #put(key: string, kind: Kind): Counted {
    const known = this.#causes.get(key) ?? { kind, count: 0, examples: [], domains: new Map(), deadlines: {} };
    this.#causes.set(key, known);
    return known;
  }
}

/** In which order actors are told of: first those for whom it is our turn. */
const ORDER: readonly Actor[] = [
  'operator',
  'customer',
  'owner',
  'authority',
  'unknown',
  ...ACTORS.filter((who) => who === 'cloudflare' || who === 'nobody'),
];

function mostOf(domains: ReadonlyMap<string, number>): Cause['domains'] {
  const list = [...domains].map(([domain, count]) => ({ domain, count })).sort((a, b) => b.count - a.count);
  return (list[0]?.count ?? 0) > 1 ? list.slice(0, DOMAINS_SHOWN) : [];
}

/** What each verdict says, as a clause. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  ready: 'the check can pass now',
  missing: 'not published yet',
  wrong: 'something else is published',
  caa_blocked: 'CAA records forbid the certificate authority',
  points_elsewhere: 'the name leads somewhere else',
  domain_gone: 'the domain does not exist',
  refused: 'the certificate authority refuses',
  barred: 'Cloudflare does not let it go on',
  cannot_tell: 'nothing certain could be seen',
};

const TODO: Readonly<Record<Actor, string>> = {
  operator: 'Remove the cause, then send them again with recheck: Cloudflare no longer tries by itself.',
  customer: 'Hand on the records to publish ("hostroll dcv export").',
  owner: 'The owner must release the hold at Cloudflare; nothing else helps before.',
  authority: 'Wait, or choose another certificate authority.',
  unknown: 'Look again later, or with other resolvers ("hostroll dcv check --resolver").',
  cloudflare: 'Nothing now: Cloudflare goes on by itself ("hostroll report --refresh" reads the states again).',
  nobody: '',
};

/** Why a look found that a check can or cannot pass, without the names in it, so that equal reasons are one. */
export function causeOfFinding({ verdict, who, evidence }: Finding): Kind {
  const telling = evidence.find((one) => one.verdict === verdict);
  const note = verdict === 'ready' || telling === undefined ? '' : withoutHosts(telling.note);
  const what =
    verdict === 'cannot_tell' && note !== '' ? note : [VERDICT_WORDS[verdict], note].filter(Boolean).join(': ');
  return {
    who: verdict === 'ready' ? 'nobody' : who,
    what,
    code: null,
    todo: TODO[verdict === 'ready' ? 'nobody' : who],
  };
}

/** Why a hostname is not active: by a look at the world, else by what the API complains about, else by how far it is. */
export function causeOfPending(pending: {
  phase: HostnamePhase;
  who_acts: Actor;
  status: string;
  ssl_status: string | null;
  errors: readonly string[];
  finding: Finding | null;
}): Kind {
  const { phase, who_acts: who, status, ssl_status, errors, finding } = pending;
  const states =
    phase === 'stuck' || phase === 'unrecognised' ? ` (${[status, ssl_status].filter(Boolean).join(', ')})` : '';
  const [error] = errors;
  const seen =
    finding === null || finding.verdict === 'ready' || finding.who !== who ? undefined : causeOfFinding(finding).what;
  const why = seen ?? (error === undefined ? undefined : `Cloudflare says "${withoutHosts(error)}"`);
  return {
    who,
    what: `${PHASE_WORDS[phase]}${states}${why === undefined ? '' : `: ${why}`}`,
    code: null,
    todo: TODO[who],
  };
}
