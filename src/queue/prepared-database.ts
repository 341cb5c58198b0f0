import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { packageFile } from '../disk/package-file.ts';
import { FILE_MODE, FOLDER_MODE, makePrivateFolder } from '../disk/private-folder.ts';
import { LATEST_SCHEMA_VERSION } from './bullmq.ts';

/** The data folder of a database in one piece: this as a line of JSON, then the content of its files in the same order. */
interface Header {
  folders: string[];
  files: { path: string; bytes: number }[];
}

/** 1.2 MB after 0.7 s; the best quality saves 0.1 MB more for 2 s. */
const QUALITY = 6;
const LINE_END = 0x0a;

/**
 * Where the build puts a database that is ready: named after what it fits, which is one PGlite alone, as that is compiled
 * from one Postgres with its own catalogue, one schema of BullMQ, and what it is `madeWith` (JSON).
 */
export function preparedPath(madeWith: unknown): string {
  const pglite = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  const { version } = JSON.parse(readFileSync(join(pglite, '..', 'package.json'), 'utf8')) as { version: string };
  const made = createHash('sha256').update(JSON.stringify(madeWith)).digest('hex').slice(0, 8);
  return packageFile(`dist/prepared/pglite-${version}-bullmq-${LATEST_SCHEMA_VERSION}-${made}.br`);
}

/** Packs the data folder of a database that is closed. */
export async function packDatabase(folder: string): Promise<Buffer> {
  const header: Header = { folders: [], files: [] };
  const parts: Buffer[] = [];
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if ((await stat(join(folder, path))).isDirectory()) header.folders.push(path);
    else {
      const content = await readFile(join(folder, path));
      parts.push(content);
      header.files.push({ path, bytes: content.length });
    }
  }
  const all = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...parts]);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_MAX_WINDOW_BITS } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: QUALITY, [BROTLI_PARAM_LGWIN]: BROTLI_MAX_WINDOW_BITS };
  return promisify(brotliCompress)(all, { params });
}

/** Unpacks into a folder that is not there yet. */
export async function unpackDatabase(packed: Buffer, folder: string): Promise<void> {
  const all = (await promisify(brotliDecompress)(packed)) as Buffer;
  const end = all.indexOf(LINE_END);
  const { folders, files } = JSON.parse(all.toString('utf8', 0, end)) as Header;
  await makePrivateFolder(folder);
  for (const path of folders) await mkdir(join(folder, path), { mode: FOLDER_MODE });
  let at = end + 1;
  for (const { path, bytes } of files) {
    await writeFile(join(folder, path), all.subarray(at, at + bytes), { mode: FILE_MODE });
    at += bytes;
  }
}
