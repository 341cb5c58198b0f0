import type { Tuning, Word } from '../../batch/control/word.ts';
import type { Wait } from '../../batch/view/wait.ts';
import { formatClock } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';

/** What a batch is told by a word. */
export const TOLD: Readonly<Record<Word['word'], string>> = {
  pause: 'pause',
  go: 'go on',
  cancel: 'end',
  tune: 'go by other limits',
};

/** What came of a word, as one that steers a batch is told. */
export interface Came {
  heeded: boolean;
  stage?: string;
  waits?: readonly Wait[];
  running?: boolean;
  resume?: string;
}

/** What came of an operator's word to a batch, in sentences. */
export function steeredText(batch: string, word: Word, { heeded, stage, waits = [], running, resume }: Came): string {
  if (!heeded) {
    const when = running
      ? 'its process is not at that yet, and heeds it as soon as it is'
      : `no process is at it; "${resume}" heeds it first`;
    return `Batch ${batch} is told to ${TOLD[word.word]}: ${when}.`;
  }
  const holds = waits.flatMap((wait) => (wait.what === 'hold' ? [wait.reason] : []));
  switch (word.word) {
    case 'pause': {
      if (word.of !== undefined) return printable(`Batch ${batch}: ${holds.join('; ')}; its other rows go on.`);
      if (stage === 'editing' || stage === 'settling')
        return `Batch ${batch} is not paused: somebody has told it to go on since.`;
      if (stage !== 'paused') return `Batch ${batch} came to its end before it was paused: it is ${stage}.`;
      const end = word.until === undefined ? '' : ` until ${formatClock(word.until)}`;
      return `Batch ${batch} is paused${end}; no call is made. "hostroll go ${batch}" lets it go on.`;
    }
    case 'go':
      return holds.length === 0
        ? `Batch ${batch} goes on.`
        : printable(`Batch ${batch} is still held: ${holds.join('; ')}.`);
    case 'cancel':
      return stage === 'cancelled'
        ? `Batch ${batch} is cancelled; what is done stays done: "hostroll report ${batch}" shows it.`
        : `Batch ${batch} came to its end before it was cancelled: it is ${stage}.`;
    case 'tune':
      return `Batch ${batch} goes by ${tuningText(word.tune)} from now on.`;
  }
}

/** What was tuned, in words. */
export const tuningText = (tune: Tuning): string =>
  Object.entries(tune)
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')} ${typeof value === 'object' ? `${value.calls}/${value.window_seconds}` : value}`,
    )
    .join(', ');
