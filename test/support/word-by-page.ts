import { readWord } from '../../src/config/steer-options.ts';
import type { ReadWord } from '../../src/dashboard/control.ts';

/** What the command gives to its page. */
export const wordByPage: ReadWord = (word, flags) => readWord(word, flags, { env: {}, now: Date.now(), tz: 'UTC' });
