/** A string as a whole, with the colon that makes it a key; or what begins and ends objects and lists. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/**
 * A key that an object of the JSON `text` has twice, of which `JSON.parse` silently keeps the last; undefined where there
 * is none. `parsed` is what it made of the text.
 */
export function duplicateKey(text: string, parsed: unknown): string | undefined {
  let keys = 0;
  for (const match of text.matchAll(TOKEN)) if (match[2] !== undefined) keys++;
  return keys === keysIn(parsed) ? undefined : findTwice(text);
}

function keysIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, each) => sum + keysIn(each), own);
}

function findTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (string === undefined) {
      if (token === '{' || token === '[') open.push(new Set());
      else open.pop();
    } else if (colon !== undefined) {
      const key: string = JSON.parse(string);
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}
