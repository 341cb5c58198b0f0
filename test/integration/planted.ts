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

/** The first window that `bytes` hold, undefined where they hold none. */
export function leakIn(bytes: Buffer, windows: ReadonlySet<string>): string | undefined {
  const text = bytes.toString('latin1');
  for (let at = 0; at + WINDOW <= text.length; at++) {
    const window = text.slice(at, at + WINDOW);
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
