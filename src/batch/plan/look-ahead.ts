import { Causes, causeOfFinding } from '../../dcv/causes.ts';
import type { Finding } from '../../dcv/finding.ts';
import { nameBar } from '../../dcv/name-bar.ts';
import { AUTHORITY_PATH, changedPaths } from '../../hostname/compare.ts';
import type { LiveHostname, LiveSsl } from '../../hostname/live.ts';
import { counted, formatCount } from '../../text/text-layout.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Looks at a hostname as its authority would. */
export type Examine = (live: LiveHostname) => Promise<Finding>;

/** Paths whose change puts a hostname to the test again, by other means or by somebody else. */
const PUTS_TO_THE_TEST = new Set<string>(['ssl.method', AUTHORITY_PATH]);
/** Reasons that are told. */
const CAUSES_SHOWN = 4;

/**
 * Looks at rows that change method or authority before anything is sent, as they *will* be: whether the name is none that
 * nobody issues for, CAA lets the new authority issue, traffic reaches Cloudflare, the challenge is delegated. What is not
 * ready is told by its reasons and domains; with `skip` it is left for
 * later.
 */
export class LookAhead {
  readonly #examine: Examine;
  readonly #skip: boolean;
  readonly #canSee: () => Promise<boolean>;
  #sees: Promise<boolean> | undefined;
  readonly #unready = new Causes();
  #looked = 0;
  #unseen = 0;

  /** `canSee` is asked once, before the first look: whether DNS tells anything here. */
  constructor(
    examine: Examine,
    { skip, canSee = async () => true }: { skip: boolean; canSee?: () => Promise<boolean> },
  ) {
    this.#examine = examine;
    this.#canSee = canSee;
    this.#skip = skip;
  }

  /** The row with what was seen of it; `live` is its hostname as it is now. */
  async look(row: PlanRow, live: LiveHostname): Promise<PlanRow> {
    const { body, before, bundle } = row;
    if (row.decision !== 'edit' || body?.ssl === undefined || body.ssl === null || bundle !== undefined) return row;
    if (!changedPaths(before ?? {}, body).some((path) => PUTS_TO_THE_TEST.has(path))) return row;
    const finding = await this.#findingOf(live, body.ssl as Partial<LiveSsl>);
    if (finding === undefined) return row;
    this.#looked++;
    if (finding.verdict === 'cannot_tell') this.#unseen++;
    if (finding.verdict === 'ready' || finding.verdict === 'cannot_tell') return { ...row, finding };
    const telling = finding.evidence.find(({ verdict }) => verdict === finding.verdict);
    const why = telling === undefined ? finding.verdict : `${telling.name}: ${telling.note}`;
    this.#unready.add(causeOfFinding(finding), live.hostname);
    if (!this.#skip) return { ...row, finding };
    const { body: _body, before: _before, change: _change, ...rest } = row;
    const message = `${live.hostname} is not ready for what the row asks (${finding.verdict.replaceAll('_', ' ')}; ${why}).`;
    return { ...rest, decision: 'skip', effects: [], code: 'UNREADY', message, finding };
  }

  /** Undefined where nothing can be seen. */
  async #findingOf(live: LiveHostname, ssl: Partial<LiveSsl>): Promise<Finding | undefined> {
    const { hostname } = live;
    const note = nameBar(live, ssl);
    if (note !== undefined) {
      const evidence = [{ looked_at: 'name', name: hostname, verdict: 'refused', note } as const];
      return { hostname, verdict: 'refused', who: 'operator', evidence, checked_at: new Date().toISOString() };
    }
    this.#sees ??= this.#canSee();
    if (!(await this.#sees)) return undefined;
    return withoutTokens(await this.#examine(afterEdit(live, ssl)), ssl);
  }

  /** What was seen, for people: in all, and by what is in the way, most rows first. */
  notes(): string[] {
    if (this.#looked === 0) return [];
    const count = this.#unready.total;
    const ready = this.#looked - count - this.#unseen;
    const unseen = this.#unseen === 0 ? '' : `, ${formatCount(this.#unseen)} cannot be told`;
    const what = count === 0 || !this.#skip ? '' : '; they are left for later';
    return [
      `DNS was asked about ${counted(this.#looked, 'row')} that change method or authority: ${formatCount(ready)} ready, ${formatCount(count)} not ready${unseen}${what}.`,
      ...this.#unready
        .list()
        .slice(0, CAUSES_SHOWN)
        .map(({ count: of, what: why, domains, examples }) => {
          const named =
            domains.length > 0 ? domains.map(({ domain, count: rows }) => `${domain} ${formatCount(rows)}`) : examples;
          return `${formatCount(of)} not ready: ${why} (${named.join(', ')}${of > named.length ? ', …' : ''}).`;
        }),
    ];
  }
}

/** The hostname as it is right after the edit: validation begins anew, with tokens that are not there yet. */
const afterEdit = (live: LiveHostname, ssl: Partial<LiveSsl>): LiveHostname => ({
  ...live,
  ssl: {
    ...live.ssl,
    ...ssl,
    status: 'pending_validation',
    uploaded: false,
    validation_records: [],
    validation_errors: [],
  },
});

/**
 * What a finding means while nobody knows the tokens: by http the hostname has to lead to Cloudflare; by txt, where it does not,
 * its challenge has to be delegated, or the customer has to publish what only the edit will bring.
 */
function withoutTokens(finding: Finding, { method, wildcard }: Partial<LiveSsl>): Finding {
  if (finding.verdict !== 'cannot_tell') return finding;
  const routing = finding.evidence.find(({ looked_at }) => looked_at === 'routing');
  if (method === 'http' && (routing?.verdict === 'points_elsewhere' || routing?.verdict === 'missing')) {
    return { ...finding, verdict: routing.verdict, who: 'customer' };
  }
  const mayLeadHere = routing?.verdict === 'cannot_tell' && wildcard !== true;
  if (method !== 'txt' || mayLeadHere) return finding;
  const name = `_acme-challenge.${finding.hostname.replace(/^\*\./, '')}`;
  const note = 'not delegated, so that the customer must publish the TXT values that the edit brings';
  const evidence = [...finding.evidence, { looked_at: 'delegation', name, verdict: 'missing', note } as const];
  return { ...finding, verdict: 'missing', who: 'customer', evidence };
}
