import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendWord, wordsFrom } from '../../../src/batch/control/control-file.ts';
import { followWords } from '../../../src/batch/control/follow-words.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { word } from './words.ts';

const file = async () => join(await tempFolder(), 'control.jsonl');
const idsIn = async (path: string, from = 0) => (await wordsFrom(path, from)).map((heard) => heard.word.id);

describe('the file of words', () => {
  it('keeps every word of many who speak at once, whole', async () => {
    const path = await file();
    const ids = Array.from({ length: 40 }, (_, n) => `${n}`);
    await Promise.all(ids.map((id) => appendWord(path, word('pause', { id, reason: 'ü'.repeat(500) }))));
    expect(new Set(await idsIn(path))).toEqual(new Set(ids));
  });

  it('loses no word to a line that its writer did not end', async () => {
    const path = await file();
    await appendWord(path, word('pause', { id: 'a' }));
    await appendFile(path, '\n{"v":1,"id":"torn","wo');
    expect(await idsIn(path)).toEqual(['a']);
    await appendWord(path, word('go', { id: 'b' }));
    expect(await idsIn(path)).toEqual(['a', 'b']);
  });

  it('passes over what is no word, and goes on from where a reader stopped', async () => {
    const path = await file();
    expect(await wordsFrom(path, 0)).toEqual([]);
    await appendWord(path, word('pause', { id: 'a' }));
    const [first] = await wordsFrom(path, 0);
    await appendFile(path, '{"v":1,"word":"explode"}\nhello\n');
    await appendWord(path, word('go', { id: 'b' }));
    expect(await idsIn(path, first?.end)).toEqual(['b']);
  });

  it('is followed: what is there first, then what comes, each word once and in order', async () => {
    const path = await file();
    await appendWord(path, word('pause', { id: 'a' }));
    const heard: string[] = [];
    let told = () => {};
    const following = await followWords(path, 0, {
      tell: async ({ word: { id } }) => {
        heard.push(id);
        told();
      },
      onTrouble: (error) => expect.unreachable(error.message),
    });
    expect(heard).toEqual(['a']);
    for (const id of ['b', 'c']) {
      const arrived = new Promise<void>((resolve) => {
        told = resolve;
      });
      await appendWord(path, word('go', { id }));
      await arrived;
    }
    await following.close();
    await appendWord(path, word('cancel', { id: 'd' }));
    expect(heard).toEqual(['a', 'b', 'c']);
  });
});
