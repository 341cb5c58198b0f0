import type { Standing } from '../ledger/ledger-fold.ts';

/**
 * A batch as a state machine. Every step is in the ledger, so that the ledger alone tells where a batch stands.
 *
 * | stage        | is entered                               | left by             | for                                  |
 * | ------------ | ---------------------------------------- | ------------------- | ------------------------------------ |
 * | reading      | with the folder of the batch             | read                | planning                             |
 * | planning     | when the manifest is taken in            | begin               | editing wave 1                       |
 * | editing(n)   | by begin, go, or the end of wave n - 1   | edited              | settling(n)                          |
 * | settling(n)  | when each row of wave n has its outcome  | settled, last wave  | reporting                            |
 * |              |                                          | settled, more waves | editing(n + 1), at a gate paused     |
 * | paused(n)    | by an operator, a rule or a gate         | go                  | the stage that it holds              |
 * | reporting    | when nothing happens to rows any more    | reported            | finished                             |
 * | stopped      | by an interrupt or a stop rule           | begin               | editing(n), where nothing may be left |
 * | cancelled    | by an operator                           |                     |                                      |
 * | finished     | when the report is written               |                     |                                      |
 *
 * Whoever holds the batch (`holds.ts`) makes it paused, and it is when its lanes are empty. Stop and cancel are allowed in editing, settling and paused; cancel in stopped, too. Pause is allowed in editing and settling.
 *
 * What a crash means: in reading and planning nothing was sent, and nothing is resumed unless the plan was complete. In
 * editing, rows that were fed and have no outcome are in doubt: they are read before they are sent. In settling nothing is
 * in doubt; the wave is settled again. In paused the batch is still paused. In reporting only the report is written again.
 * Stopped, cancelled and finished are written last by their runs: there is nothing left to crash.
 */
export type StageChange =
  | { type: 'read' }
  /** A process begins to carry the batch out, or to carry it on. */
  | { type: 'begin' }
  | { type: 'edited' }
  | { type: 'settled'; more: boolean; gate?: boolean }
  | { type: 'pause' }
  | { type: 'go' }
  | { type: 'stop' }
  | { type: 'cancel' }
  | { type: 'reported' };

/** Where a batch stands after `change`; undefined where `at` does not allow it. */
export function next(at: Standing, change: StageChange): Standing | undefined {
  const { stage, wave, holds } = at;
  const works = stage === 'editing' || stage === 'settling';
  switch (change.type) {
    case 'read':
      return stage === 'reading' ? { stage: 'planning', wave } : undefined;
    case 'begin':
      return begun(at);
    case 'edited':
      return stage === 'editing' ? { stage: 'settling', wave } : undefined;
    case 'settled':
      if (stage !== 'settling') return undefined;
      if (!change.more) return { stage: 'reporting', wave };
      return change.gate === true
        ? { stage: 'paused', wave: wave + 1, holds: 'editing' }
        : { stage: 'editing', wave: wave + 1 };
    case 'pause':
      return works ? { stage: 'paused', wave, holds: stage } : undefined;
    case 'go':
      return stage === 'paused' ? { stage: holds ?? 'editing', wave } : undefined;
    case 'stop':
      return works || stage === 'paused' ? { stage: 'stopped', wave } : undefined;
    case 'cancel':
      return works || stage === 'paused' || stage === 'stopped' ? { stage: 'cancelled', wave } : undefined;
    case 'reported':
      return stage === 'reporting' ? { stage: 'finished', wave } : undefined;
  }
}

/** As `next`, for changes that `at` is known to allow. */
export function after(at: Standing, change: StageChange): Standing {
  const standing = next(at, change);
  if (standing === undefined) throw new RangeError(`A batch that is ${at.stage} does not allow ${change.type}.`);
  return standing;
}

function begun(at: Standing): Standing | undefined {
  switch (at.stage) {
    case 'planning':
      return { stage: 'editing', wave: 1 };
    case 'editing':
    case 'settling':
    case 'stopped':
      return { stage: 'editing', wave: Math.max(1, at.wave) };
    case 'paused':
    case 'reporting':
      return at;
    default:
      return undefined;
  }
}
