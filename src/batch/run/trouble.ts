import type { Code } from '../../codes/code.ts';
import type { Outcome, Settlement } from '../../terms.ts';
import type { Trouble } from '../ledger/rollout.ts';

/** A row that has come to its end, as far as a rule looks at it. */
export interface JudgedRow {
  outcome: Outcome;
  code?: string | undefined;
  message?: string | undefined;
  /** Where its hostname stood when it was read last; of one that was in error before its edit nothing. */
  settlement?: Settlement | undefined;
  /** The API took its change, and did not show it when it was read last. */
  notShown?: boolean | undefined;
  /** Dotted paths that it was to change; undefined where that is not known any more. */
  paths?: readonly string[] | undefined;
}

/** What a row tells of a trouble: that it is in it, by a code, or of which codes it shows that they are over. */
export type Evidence = { bad: Code } | { well: (code: string) => boolean };

/** Rows given up without a word of the API: the queue has lost them, or their workers have died. */
const NOT_OF_THE_API: ReadonlySet<string | undefined> = new Set(['JOB_LOST', 'WORKERS_DIED']);

/**
 * What a zone lacks when it refuses with these codes, and so every row that changes what begins with such a path; every row
 * whatever where there is none.
 */
export const LACKS: ReadonlyMap<string, string | undefined> = new Map([
  ['CF_1404', undefined],
  ['CF_1405', undefined],
  ['CF_1456', undefined],
  ['CF_1413', 'custom_metadata'],
  ['CF_1414', 'custom_origin_'],
  ['CF_1448', 'ssl.wildcard'],
  ['CF_1459', 'ssl.certificate_authority'],
  ['CF_2005', 'ssl.certificates'],
]);

const ALL: Evidence = { well: () => true };

/**
 * What a row says of each kind of trouble; undefined where it says nothing, for or against.
 *
 * | trouble       | rows in it                                                                      |
 * | ------------- | ------------------------------------------------------------------------------- |
 * | failed        | refused by the API for a reason of their own                                    |
 * | lacking       | refused for what their zone is not entitled to, so that all like them will be   |
 * | unreachable   | given up because calls bring no answer, or refused by the edge                  |
 * | lost          | given up because the queue lost them or workers died                            |
 * | errored       | edited, and their hostname is in error now; one that is pending says nothing    |
 * | not_in_effect | edited, and the API does not show it                                            |
 *
 * The last two are of rows that were read again, so that they are judged where a wave ends.
 */
export const EVIDENCE: Record<Trouble, (row: JudgedRow) => Evidence | undefined> = {
  failed: ({ outcome, code }) => {
    if (outcome === 'failed' && code !== 'CF_EDGE_REFUSED') return { bad: codeOf(code) };
    return outcome === 'edited' ? ALL : undefined;
  },
  lacking: ({ outcome, code, paths }) => {
    if (outcome === 'failed' && LACKS.has(code ?? '')) return { bad: codeOf(code) };
    if (outcome !== 'edited') return undefined;
    if (paths === undefined) return ALL;
    return {
      well: (lack) => {
        const path = LACKS.get(lack);
        return path === undefined || paths.some((one) => one.startsWith(path));
      },
    };
  },
  unreachable: ({ outcome, code }) => {
    if (NOT_OF_THE_API.has(code)) return undefined;
    return outcome === 'gave_up' || code === 'CF_EDGE_REFUSED' ? { bad: 'API_UNREACHABLE' } : ALL;
  },
  lost: ({ outcome, code }) => {
    if (NOT_OF_THE_API.has(code)) return { bad: codeOf(code) };
    return outcome === 'gave_up' || code === 'CF_EDGE_REFUSED' ? undefined : ALL;
  },
  errored: ({ outcome, settlement }) => {
    if (outcome !== 'edited') return undefined;
    if (settlement === 'errored') return { bad: 'RULE_FIRED' };
    return settlement === 'active' ? ALL : undefined;
  },
  not_in_effect: ({ outcome, notShown }) => {
    if (outcome !== 'edited') return undefined;
    return notShown ? { bad: 'RULE_FIRED' } : ALL;
  },
};

const codeOf = (code: string | undefined): Code => (code ?? 'UNEXPECTED') as Code;

/** What rows in it are, for people. */
export const TROUBLE_WORDS: Record<Trouble, string> = {
  failed: 'failed',
  lacking: 'were refused for what their zone lacks, as all like them would be',
  unreachable: 'were given up or refused by the edge',
  lost: 'were given up',
  errored: 'have hostnames in error',
  not_in_effect: 'are not in effect though the API took them',
};
