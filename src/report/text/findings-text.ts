import { type Evidence, type Finding, saidOnce, VERDICTS, type Verdict } from '../../dcv/finding.ts';
import type { Actor } from '../../hostname/actor.ts';
import { printable } from '../../text/printable.ts';
import { ACTOR_WORDS } from './phase-words.ts';
import { counted, countTable, cut } from './text-layout.ts';

/** What each verdict says, for a person. */
const VERDICT_WORDS: Record<Verdict, string> = {
  ready: 'ready now',
  missing: 'missing',
  wrong: 'wrong',
  caa_blocked: 'blocked by CAA',
  points_elsewhere: 'points elsewhere',
  domain_gone: 'domain gone',
  refused: 'refused by the authority',
  barred: 'barred by Cloudflare',
  cannot_tell: 'cannot tell',
};

const NAME_WIDTH = 40;
const SHOWN_VALUES = 3;
const VALUE_WIDTH = 90;

/** One hostname, and under it the evidence for whatever is not ready: what was expected, and what was found. */
export function findingLines({ hostname, verdict, who, evidence }: Finding): string[] {
  const head = `${printable(hostname).padEnd(NAME_WIDTH)} ${VERDICT_WORDS[verdict]}${who === 'nobody' ? '' : `; ${ACTOR_WORDS[who]}`}`;
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

/** How many hostnames have each verdict, and who has to act for how many. */
export class FindingCounts {
  readonly verdicts = new Map<Verdict, number>();
  readonly actors = new Map<Actor, number>();
  total = 0;

  add({ verdict, who }: Finding): void {
    this.total++;
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
    if (verdict !== 'ready') this.actors.set(who, (this.actors.get(who) ?? 0) + 1);
  }

  get ready(): number {
    return this.verdicts.get('ready') ?? 0;
  }

  /** Totals as text; ends in a newline. */
  text(): string {
    if (this.total === 0) return 'No hostname is pending.\n';
    const verdicts = VERDICTS.filter((verdict) => this.verdicts.has(verdict));
    return [
      `${counted(this.total, 'hostname')} looked at, ${this.ready} ready now`,
      ...countTable(verdicts.map((verdict) => [VERDICT_WORDS[verdict], this.verdicts.get(verdict) ?? 0])),
      ...(this.actors.size === 0
        ? []
        : ['', 'Who has to act', ...countTable([...this.actors].map(([who, count]) => [ACTOR_WORDS[who], count]))]),
      '',
    ].join('\n');
  }
}
