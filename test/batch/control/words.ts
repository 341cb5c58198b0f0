import type { Word } from '../../../src/batch/control/word.ts';

let count = 0;

/** A word as an operator says it. */
export const word = (kind: Word['word'], more: Partial<Word> | object = {}): Word =>
  ({
    v: 1,
    id: `w${++count}`,
    at: '2026-01-01T00:00:00.000Z',
    by: { user: 'ana', host: 'workspace' },
    word: kind,
    ...more,
  }) as Word;
