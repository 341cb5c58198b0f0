/** One word: any mix of bare characters, 'literal text', "text with \" and \\ escaped", and \-escaped characters. */
const WORD = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+/y;

/**
 * Takes a command line apart by the quoting rules of a POSIX shell, and by nothing else of it: no variables, patterns or
 * pipes. Undefined where a quote is not closed, or there is no word.
 */
export function splitCommand(line: string): string[] | undefined {
  const words: string[] = [];
  const text = line.trim();
  for (let at = 0; at < text.length; ) {
    WORD.lastIndex = at;
    const [word] = WORD.exec(text) ?? [];
    if (word === undefined) return undefined;
    at += word.length;
    words.push(unquoted(word));
    const [gap = ''] = /^\s*/.exec(text.slice(at)) ?? [];
    if (gap === '' && at < text.length) return undefined;
    at += gap.length;
  }
  return words.length > 0 ? words : undefined;
}

const unquoted = (word: string): string =>
  word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_all, single, double, escaped) =>
    double === undefined ? (single ?? escaped) : double.replaceAll(/\\(["\\$`])/g, '$1'),
  );
