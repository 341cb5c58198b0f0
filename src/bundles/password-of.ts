import { readFile } from 'node:fs/promises';
import type { BundleSettings, Fault } from './bundle-source.ts';
import { runCommand } from './run-command.ts';

/** The password of a bundle's PKCS#12 file, without the line end that files and commands have; empty where none is named. */
export async function passwordOf(
  passwords: BundleSettings['passwords'],
  bundle: string,
): Promise<string | { fault: Fault }> {
  const source = passwords?.get(bundle) ?? passwords?.get('');
  if (source === undefined) return '';
  if ('command' in source) {
    const ran = await runCommand(source.command);
    return 'fault' in ran ? ran : withoutEnd(ran.text);
  }
  try {
    return withoutEnd(await readFile(source.file, 'utf8'));
  } catch {
    const message = `The file of its password, ${source.file}, cannot be read.`;
    return { fault: { code: 'CERTIFICATE_FILE_UNREADABLE', message } };
  }
}

const withoutEnd = (text: string): string => text.replace(/\r?\n$/, '');
