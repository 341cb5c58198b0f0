import { randomUUID } from 'node:crypto';
import { appendWord } from '../control/control-file.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import { DEFAULT_RULES, type StopRule } from '../ledger/rollout.ts';
import type { Run } from './run-parts.ts';
import type { StageChange } from './stage.ts';
import { didText, judgeWave } from './wave-verdict.ts';

/** The stop rules of a batch. */
export const rulesOf = ({ rollout }: BatchFile): readonly StopRule[] => rollout?.rules ?? DEFAULT_RULES;

/**
 * What follows a wave that has settled, or whose time is over: the next one, or a gate that holds it. What the wave has done
 * is in the ledger then.
 */
export async function waveBefore(run: Run): Promise<StageChange> {
  const { parts, ledger, waves, holds } = run;
  const { wave } = ledger.fold.standing;
  const { max_pending = 1, confirm = false } = parts.file.rollout?.waves ?? {};
  const verdict = judgeWave(wave, waves, ledger.fold.rows, { waves: { max_pending }, rules: rulesOf(parts.file) });
  await ledger.record({ type: 'gate', ...verdict });
  if (verdict.reasons.length === 0 && !confirm) return { type: 'settled', more: true };
  const reason = [didText(verdict), ...verdict.reasons].join('; ').replace(/\.$/, '');
  await holds.place({ by: 'gate', of: { wave: wave + 1 }, reason });
  return { type: 'settled', more: true, gate: true };
}

/**
 * Waits until nothing holds the whole batch any more. A person who watches is asked at a gate; where nobody does, and no word
 * is asked for behind every wave, a wave that did not come out well ends the run: it is held still when it is resumed.
 */
export async function beyondGate(run: Run): Promise<void> {
  const { parts, holds, stop } = run;
  const hold = holds.ofBatch;
  if (hold?.by === 'gate' && !isAwaited(run)) {
    stop.because({ reason: 'stop_rule', code: 'WAVE_HELD', message: `${hold.reason}.` });
  }
  const asking = new AbortController();
  if (hold?.by === 'gate' && parts.ask !== undefined && !stop.signal.aborted) {
    const { user, host } = parts.process;
    void parts
      .ask(hold, AbortSignal.any([asking.signal, stop.signal]))
      .then(async (isGo) => {
        const said = { v: 1, id: randomUUID(), at: new Date(parts.now()).toISOString(), by: { user, host } } as const;
        if (isGo) await appendWord(parts.folder.control, { ...said, word: 'go', reason: 'said at the gate' });
      })
      .catch((error: unknown) => stop.fail(error));
  }
  await holds.until(() => holds.ofBatch === undefined);
  asking.abort();
}

/** Where nothing is left but rows that rules hold, and nobody is there to say go, the run ends; they are held still when it is resumed. */
export function endAtRules(run: Run): void {
  const { inForce } = run.holds;
  if (isAwaited(run) || inForce.length === 0 || inForce.some(({ by }) => by !== 'rule')) return;
  const message = `All that is left is held: ${inForce.map(({ reason }) => reason).join(' ')}`;
  run.stop.because({ reason: 'stop_rule', code: 'RULE_FIRED', message });
}

/** Whether somebody is there, or will be, to say go. */
const isAwaited = ({ parts: { ask, file } }: Run): boolean =>
  ask !== undefined || file.rollout?.waves?.confirm === true;
