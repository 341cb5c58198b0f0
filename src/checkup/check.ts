import { adviceFor, type Code } from '../codes/code.ts';
import { HostrollError } from '../terms.ts';

/** One thing that commands need, and how it is. */
export interface Check {
  /** What was looked at: the beginning of its line. */
  what: string;
  state: 'ok' | 'warning' | 'failed';
  /** How it is, in a few words. */
  says: string;
  /** What to do; absent where all is well. */
  advice?: string;
  /** That of the failure, which a command would end with that needs it. */
  code?: Code;
}

export const ok = (what: string, says: string): Check => ({ what, state: 'ok', says });

export const warning = (what: string, says: string, advice: string): Check => ({
  what,
  state: 'warning',
  says,
  advice,
});

export const failed = (what: string, says: string, code: Code, advice?: string): Check => ({
  what,
  state: 'failed',
  says,
  ...(advice === undefined ? {} : { advice }),
  code,
});

/** A call that brought nothing: its message is the API's own, and holds no cure. */
export const failedCall = (what: string, says: string, code: Code): Check => failed(what, says, code, adviceFor(code));

/** What `look` finds; what it throws in words of hostroll's own, which hold the cure, is the check's failure. */
export async function checked(what: string, look: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HostrollError)) throw error;
    return failed(what, error.message, error.code);
  }
}
