/** A string as a whole, or what parts values from each other. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** One value of a JSON text, as it is written, and the line on which it begins. */
export interface JsonValue {
  text: string;
  line: number;
}

/**
 * The elements of a JSON array, or the values of a text that has one after the other, over any number of lines; what each of
 * them holds is for its parser to judge. The last is undefined where the text ends in the middle.
 */
export function* jsonValues(text: string): Generator<JsonValue | undefined> {
  const base = text.trimStart().startsWith('[') ? 1 : 0;
  let [depth, start, line, counted] = [0, 0, 1, 0];
  const valueTo = (end: number): JsonValue[] => {
    const raw = text.slice(start, end);
    const from = start + raw.length - raw.trimStart().length;
    start = end;
    if (raw.trim() === '') return [];
    for (let at = text.indexOf('\n', counted); at !== -1 && at < from; at = text.indexOf('\n', at + 1)) line++;
    counted = from;
    return [{ text: raw.trim(), line }];
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      depth++;
      if (depth === base) start = index + 1;
    } else if (token === '}' || token === ']') {
      depth--;
      if (depth === 0) yield* valueTo(base === 0 ? index + 1 : index);
      if (depth <= 0 && base === 1) {
        if (text.slice(index + 1).trim() !== '') yield undefined;
        return;
      }
    } else if (token === ',' && depth === 1 && base === 1) {
      yield* valueTo(index);
      start = index + 1;
    }
  }
  if (depth !== 0 || text.slice(start).trim() !== '') yield undefined;
}
