import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of a secret that may be found nowhere. */
const WINDOW = 24;

/** The windows of secrets, in clear and as another encoding of them would hold them. */
export function windowsOf(secrets: readonly string[]): Set<string> {
  const windows = new Set<string>();
  const add = (text: string) => {
    for (let at = 0; at + WINDOW <= text.length; at++) windows.add(text.slice(at, at + WINDOW));
  };
  for (const secret of secrets) {
    for (const line of secret.split('\n').filter((one) => one.length >= WINDOW && !one.startsWith('-----'))) {
      add(line);
      add(Buffer.from(line).toString('hex'));
      // Base64 of a text depends on where in it one begins, modulo three.
      for (let skip = 0; skip < 3; skip++) add(Buffer.from(line.slice(skip)).toString('base64').slice(0, -4));
    }
    const der = Buffer.from(secret.replaceAll(/-----[^-]*-----|\s/g, ''), 'base64');
    add(der.toString('hex'));
    add(der.toString('latin1'));
  }
  return windows;
}

const prefixesOf = new WeakMap<ReadonlySet<string>, Uint8Array>();

/** Marks the first three bytes of every window: data folders are large, and almost nothing in them begins like one. */
function prefixes(windows: ReadonlySet<string>): Uint8Array {
  const known = prefixesOf.get(windows);
  if (known !== undefined) return known;
  const marks = new Uint8Array(1 << 24);
  for (const window of windows) {
    const [a = 0, b = 0, c = 0] = Buffer.from(window.slice(0, 3), 'latin1');
    marks[(a << 16) | (b << 8) | c] = 1;
  }
  prefixesOf.set(windows, marks);
  return marks;
}

/** The first window that `bytes` hold, undefined where they hold none. */
export function leakIn(bytes: Buffer, windows: ReadonlySet<string>): string | undefined {
  const marks = prefixes(windows);
  let prefix = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  for (let at = 0; at + WINDOW <= bytes.length; at++) {
    prefix = ((prefix << 8) | (bytes[at + 2] ?? 0)) & 0xffffff;
    if (marks[prefix] === 0) continue;
    const window = bytes.toString('latin1', at, at + WINDOW);
    if (windows.has(window)) return window;
  }
  return undefined;
}

/** Files under `folder` that hold a window. */
export function leakingFiles(folder: string, windows: ReadonlySet<string>): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && leakIn(readFileSync(path), windows) !== undefined);
}
