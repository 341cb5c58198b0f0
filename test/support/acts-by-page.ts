import { readWord } from '../../src/config/steer-options.ts';
import type { Acts } from '../../src/dashboard/control.ts';

/** What the command gives to its page, but for what it starts: nothing. */
export const actsByPage = (start: Acts['start'] = async () => undefined): Acts => ({
  readWord: (word, flags) => readWord(word, flags, { env: {}, now: Date.now(), tz: 'UTC' }),
  start,
});
