import { type Held, type Hold, type Holder, withHold, withoutHold } from './hold.ts';
import { type Tuning, WORD, type Word } from './word.ts';

/** What the control of a batch has come to. */
export interface ControlState {
  /** Those whose time has run out are among them: see `inForce`. */
  holds: readonly Hold[];
  tuned: Tuning;
  /** Every word that was heard, in order. */
  said: readonly Word[];
  /** Somebody has said so; nothing that is said later counts. */
  cancelled: Word | undefined;
  /** Bytes of `control.jsonl` whose words are in the ledger. */
  heardUpTo: number;
}

/** What changes it, as the ledger has it. */
export type ControlChange =
  /** A word was heard; `up_to`: its end in `control.jsonl`. */
  | { type: 'control'; said: Word; up_to: number }
  /** A gate, a rule or a lane begins to hold. */
  | { type: 'hold'; by: Holder; of: Held; reason: string; until?: string | undefined }
  /** It holds no longer. */
  | { type: 'lifted'; by: Holder; of: Held };

export const UNCONTROLLED: ControlState = { holds: [], tuned: {}, said: [], cancelled: undefined, heardUpTo: 0 };

/**
 * The state after one change more, in the order in which they were heard: where two operators say contrary things, the later
 * word counts. `at`: when it was recorded, ISO 8601. A word of a later version changes nothing.
 */
export function controlled(state: ControlState, change: ControlChange & { at: string }): ControlState {
  switch (change.type) {
    case 'hold': {
      const { type: _, at: since, ...hold } = change;
      return { ...state, holds: withHold(state.holds, { ...hold, since }) };
    }
    case 'lifted':
      return { ...state, holds: withoutHold(state.holds, change) };
    case 'control': {
      const heard = { ...state, heardUpTo: Math.max(state.heardUpTo, change.up_to) };
      const { data: word } = WORD.safeParse(change.said);
      if (word === undefined) return heard;
      const kept = { ...heard, said: [...state.said, word] };
      return state.cancelled === undefined ? heeded(kept, word) : kept;
    }
  }
}

function heeded(state: ControlState, word: Word): ControlState {
  switch (word.word) {
    case 'pause': {
      const { at: since, until, by, reason, of } = word;
      const which = of === undefined ? '' : `${Object.values(of).join(', ')} `;
      const told = `${which}paused by ${by.user}@${by.host}${reason === undefined ? '' : `: ${reason}`}`;
      const hold: Hold = { by: 'operator', of: of === undefined ? 'batch' : { slice: of }, reason: told, since, until };
      return { ...state, holds: withHold(state.holds, hold) };
    }
    case 'go':
      return { ...state, holds: state.holds.filter(({ by }) => by === 'lane') };
    case 'cancel':
      return { ...state, cancelled: word };
    case 'tune':
      return { ...state, tuned: { ...state.tuned, ...word.tune } };
  }
}
