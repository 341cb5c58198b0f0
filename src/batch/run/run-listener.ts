import type { RowResult } from '../../lane/lane-result.ts';
import type { LaneListener } from '../dispatch/lane-listener.ts';
import type { ReadCalls } from '../dispatch/read-calls.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutcomeEvent } from '../ledger/ledger-event.ts';
import type { Stop } from '../ledger/stop.ts';
import type { LiveView } from '../view/live-view.ts';
import type { WavePlan } from '../waves/wave-plan.ts';
import type { Outstanding } from './outstanding.ts';
import { RefusedRows } from './refused-rows.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunRules } from './run-rules.ts';

/** What a running batch does with results: first the ledger, then everything that may only follow it. */
export function runListener(parts: {
  ledger: Ledger;
  outstanding: Outstanding;
  waves: Pick<WavePlan, 'kindOf'>;
  rules: Pick<RunRules, 'judge'>;
  stop: Stop;
  reads: ReadCalls;
  limits: RunLimits;
  progress: LiveView;
}): LaneListener {
  const { ledger, outstanding, waves, rules, stop, reads, limits, progress } = parts;
  const refusedRows = new Map<string, RefusedRows>();
  const refusedOf = (lane: string): RefusedRows => {
    const known = refusedRows.get(lane) ?? new RefusedRows(lane);
    refusedRows.set(lane, known);
    return known;
  };
  return {
    async rowDone(result) {
      const lane = outstanding.laneOf(result.row) ?? '';
      const { record, stop: refusal } = refusedOf(lane).judge(result, outstanding.sizeOf(lane));
      if (refusal !== undefined) stop.because(refusal);
      if (record.length === 0) return outstanding.answered(result.row);
      try {
        await ledger.recordOutcomes(record.map(outcomeOf));
      } catch (error) {
        // Without a ledger nothing may go on; the result stays in its queue for the next run.
        for (const { row } of record) stop.unrecorded.add(row);
        stop.fail(error);
        throw error;
      }
      for (const { row } of record) outstanding.remove(row);
      for (const done of record) {
        await rules.judge({ ...done, paths: done.change?.paths ?? [] }, { ...waves.kindOf(done.row), lane });
      }
    },
    expects: (row) => outstanding.laneOf(row) !== undefined || ledger.mayHaveSent(row),
    async cooling(until, reason, lane, asked) {
      await ledger.record({ type: 'cooling', until, reason, lane, ...(asked === undefined ? {} : { asked }) });
    },
    saw: (lane, sight) => progress.saw(lane, sight),
    inDoubt: (row) => void stop.rowsInDoubt.add(row),
    async refused(code, message) {
      stop.because({ reason: 'stop_rule', code, message });
    },
    called(calls, forRow) {
      limits.called(calls, forRow);
      progress.called(calls);
      if (!forRow) reads.add(calls);
    },
  };
}

function outcomeOf({
  kind: _kind,
  key: _key,
  change: _change,
  calls: { read, edit },
  ...result
}: RowResult): OutcomeEvent {
  return { type: 'outcome', ...result, calls: { read, edit } };
}
