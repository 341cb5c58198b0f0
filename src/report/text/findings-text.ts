import { Causes, causeOfFinding, VERDICT_WORDS } from '../../dcv/causes.ts';
import { type Evidence, type Finding, saidOnce } from '../../dcv/finding.ts';
import { ACTOR_WORDS } from '../../hostname/phase-words.ts';
import { printable } from '../../text/printable.ts';
import { counted, cut, formatCount } from '../../text/text-layout.ts';
import { causeLines } from './causes-text.ts';

const SHOWN_VALUES = 3;
const VALUE_WIDTH = 74;
/** Lines that tell of a look. */
const LINES = 38;

/** Findings as they come, summed up: as long as there are few of them, each with its evidence; else by what they have in common. */
export class FindingsText {
  readonly #causes = new Causes();
  /** What is found of each hostname; undefined where that is more than a person reads. */
  #each: string[] | undefined = [];
  ready = 0;

  add(finding: Finding): void {
    this.#causes.add(causeOfFinding(finding), finding.hostname);
    if (finding.verdict === 'ready') this.ready += 1;
    this.#each?.push(...findingLines(finding));
    if ((this.#each?.length ?? 0) > LINES - 2) this.#each = undefined;
  }

  get total(): number {
    return this.#causes.total;
  }

  /** For a person, in 40 lines at most. */
  text({ bold, dim }: { bold(text: string): string; dim(text: string): string }): string {
    if (this.total === 0) return 'No hostname is pending.';
    const head = `${counted(this.total, 'hostname')} looked at, ${formatCount(this.ready)} ready now`;
    const rest = 'the findings (--format csv)';
    const lines = this.#each ?? causeLines(this.#causes.list(), { room: LINES - 2, bold, dim, now: 0, rest });
    const more = this.#each === undefined ? ['', 'Every hostname with its evidence: --format csv, or jsonl.'] : [];
    return [bold(head), ...lines, ...more].join('\n');
  }
}

/** One hostname, and under it the evidence for whatever is not ready: what was expected, and what was found. */
function findingLines({ hostname, verdict, who, evidence }: Finding): string[] {
  const head = `${printable(hostname)}: ${VERDICT_WORDS[verdict]}${who === 'nobody' ? '' : `; ${ACTOR_WORDS[who]}`}`;
  const telling = evidence.filter((one) => (verdict === 'ready' ? false : one.verdict !== 'ready'));
  return [
    head,
    ...saidOnce(telling, 'cannot_tell').flatMap((same) => [
      `  ${same.map(({ looked_at, name }) => `${looked_at.replace('_', ' ')} ${printable(name)}`).join(', ')}: ${printable(same[0]?.note ?? '')}`,
      // Where several looks came to nothing for one reason, what each of them was to find explains nothing.
      ...(same.length === 1 ? same : []).flatMap(valueLines),
    ]),
  ];
}

const valueLines = ({ expected = [], found = [] }: Evidence): string[] => [
  ...expected.slice(0, SHOWN_VALUES).map((value) => `    expected ${cut(printable(value), VALUE_WIDTH)}`),
  ...found.slice(0, SHOWN_VALUES).map((value) => `    found    ${cut(printable(value), VALUE_WIDTH)}`),
];
