import { attention } from '../notices/notice.ts';
import type { NoticeConfig } from '../notices/notice-target.ts';
import { type Engine, type LendEngine, notifierOf } from './engine.ts';

/** How zones are read for something that may need a person. */
interface Telling<Found> {
  about: 'inventory' | 'drift';
  engine: LendEngine;
  /** Who is told beside those of the engine. */
  notices?: readonly NoticeConfig[];
  read(engine: LendEngine): Promise<Found>;
  /** What of it needs a person, a sentence each. */
  needs(found: Found): readonly string[];
}

/** Resolves with what is read, once those who are to be told know, or have been tried, what of it needs a person. */
export const tellNeeds = <Found>({ about, engine, notices = [], read, needs }: Telling<Found>): Promise<Found> =>
  engine(async (on: Engine) => {
    const found = await read((use) => use(on));
    const sentences = needs(found);
    if (sentences.length === 0) return found;
    const own = notifierOf(notices, on.log);
    for (const notifier of [own, on.notifier]) notifier?.tell(attention(about, sentences, Date.now()));
    await own.close();
    return found;
  });
