import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { LineChain, linkOf } from '../../disk/line-chain.ts';
import { HostrollError } from '../../terms.ts';
import { linesOf } from './read-ledger.ts';

/** What the lines of a ledger say of each other. */
export interface Chain {
  /** Whole lines, and how many of them have no link, at its beginning: those of earlier versions. */
  lines: number;
  unlinked: number;
  /** The link of the last line: noted elsewhere, it shows whether the ledger was made anew. */
  last: string | undefined;
  /** Whether there is a beginning of a line behind them, as the death of a process leaves it; it is not looked at. */
  isTorn: boolean;
  /** The first line that does not follow from those before it, and how; nothing behind it was looked at. */
  fault: string | undefined;
}

/** Follows the ledger at `path` link by link. */
export async function readChain(path: string): Promise<Chain> {
  const before = createHash('sha256');
  let chain: LineChain | undefined;
  let end = 0;
  const read: Chain = { lines: 0, unlinked: 0, last: undefined, isTorn: false, fault: undefined };
  const stopAt = (what: string): Chain => ({ ...read, fault: `line ${read.lines + 1} ${what}` });
  try {
    for await (const { text, offset, length } of linesOf(path)) {
      if (offset !== end) return stopAt('is empty, which hostroll never writes');
      const link = linkOf(text);
      if (link === undefined && chain !== undefined) return stopAt('has no link to those before it');
      if (link === undefined) {
        read.unlinked += 1;
        before.update(text).update('\n');
      } else {
        chain ??= new LineChain(before.digest('base64url'));
        if (!chain.follows(text))
          return stopAt('does not follow from those before it: it, or one of them, was changed');
      }
      read.lines += 1;
      read.last = link;
      end = offset + length + 1;
    }
  } catch (error) {
    if (error instanceof HostrollError) return stopAt('is no JSON object');
    throw error;
  }
  return { ...read, isTorn: (await stat(path)).size > end };
}
