import { adviceFor } from '../../codes/code.ts';
import { readJsonLines } from '../../disk/json-lines.ts';
import type { Held, Slice } from '../control/hold.ts';
import type { LedgerEvent } from '../ledger/ledger-event.ts';
import type { StopRule } from '../ledger/rollout.ts';
import type { Stop } from '../ledger/stop.ts';
import type { Holds } from './holds.ts';
import { type Firing, type RowPlace, RuleTally } from './rule-tally.ts';
import { type JudgedRow, LACKS } from './trouble.ts';

/** The stop rules of a batch, with what they hold and end. */
export class RunRules {
  readonly #tallies: readonly RuleTally[];
  readonly #holds: Pick<Holds, 'place'>;
  readonly #stop: Pick<Stop, 'because' | 'fail'>;

  constructor(rules: readonly StopRule[], holds: Pick<Holds, 'place'>, stop: Pick<Stop, 'because' | 'fail'>) {
    this.#tallies = rules.map((rule) => new RuleTally(rule));
    this.#holds = holds;
    this.#stop = stop;
  }

  /** Takes a row that has its outcome; resolves when what fires with it holds. */
  async judge(row: JudgedRow, place: RowPlace): Promise<void> {
    for (const tally of this.#tallies) {
      const firing = tally.judge(row, place);
      if (firing !== undefined) await this.#act(firing);
    }
  }

  /** Counts what the ledger at `path` has of earlier runs, and acts on it: a run that is killed again and again counts on. */
  async replay(path: string, kindOf: (row: number) => RowPlace | undefined): Promise<void> {
    for await (const { value: event } of readJsonLines<LedgerEvent>(path)) {
      if (event.type === 'outcome') await this.judge(event, kindOf(event.row) ?? {});
      // Who resumes what a rule has stopped has seen it.
      else if (event.type === 'stopped' || (event.type === 'control' && event.said.word === 'go')) this.accept();
    }
  }

  /** A person has seen what they have counted, and said go. */
  accept(): void {
    for (const tally of this.#tallies) tally.accept();
  }

  async #act({ rule, slice, code, message }: Firing): Promise<void> {
    const reason = rule.per.includes('code') ? `${message} ${adviceFor(code)}` : message;
    if (rule.action === 'stop') return this.#stop.because({ reason: 'stop_rule', code, message: reason });
    const of = rule.action === 'hold' ? 'batch' : heldOf(slice);
    await this.#holds.place({ by: 'rule', of, reason }).catch((error: unknown) => this.#stop.fail(error));
  }
}

/** The rows that are like those of a slice. Which code they will meet is not known, but for what their zone lacks. */
function heldOf({ code, ...alike }: Firing['slice']): Held {
  const changes = LACKS.get(code ?? '');
  const slice: Slice = { ...alike, ...(changes === undefined ? {} : { changes }) };
  return Object.keys(slice).length === 0 ? 'batch' : { slice };
}
