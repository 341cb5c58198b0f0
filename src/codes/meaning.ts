import type { ExitName } from './exit.ts';

/** What a code says to do, and how a command ends that ends with it. */
export interface Meaning {
  /** One or two sentences for an operator. */
  advice: string;
  exit: ExitName;
}

/** A table of codes that all end a command in the same way. */
export function codesOf<Name extends string>(exit: ExitName, advice: Record<Name, string>): Record<Name, Meaning> {
  const entries = Object.entries<string>(advice).map(([code, text]) => [code, { advice: text, exit }]);
  return Object.fromEntries(entries);
}
