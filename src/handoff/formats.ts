import { registrableDomain } from '../dns/registrable-domain.ts';
import { guardUnlessToken } from '../manifest/cell-guard.ts';
import { csvText } from '../report/files/stream-file.ts';
import type { Group } from './grouping.ts';
import { markdown } from './markdown.ts';
import { octodnsYaml } from './octodns.ts';
import { recordColumns, recordRows } from './record-rows.ts';
import { terraformJson } from './terraform.ts';
import { zoneFile } from './zone-file.ts';

/** How a group of hand-offs is written down. */
export interface Format {
  extension: string;
  /** A file holds the records of one registrable domain only. */
  perDomain: boolean;
  /** Whether it can say that a file is to be served, or an e-mail answered. */
  dnsOnly: boolean;
  /** `template`: of letters. */
  text(group: Group, template?: string): Promise<string>;
}

/** One JSON object per hostname. */
const jsonLines = ({ handOffs }: Group): string =>
  handOffs
    .map(({ hostname, ...rest }) => `${JSON.stringify({ hostname, domain: registrableDomain(hostname), ...rest })}\n`)
    .join('');

async function csv(group: Group): Promise<string> {
  let text = '';
  for await (const piece of csvText(recordColumns(group), recordRows(group), guardUnlessToken)) text += piece;
  return text;
}

const letter = async (group: Group, template?: string): Promise<string> => markdown(group, template);

export const FORMATS = {
  csv: { extension: 'csv', perDomain: false, dnsOnly: false, text: csv },
  jsonl: { extension: 'jsonl', perDomain: false, dnsOnly: false, text: async (group) => jsonLines(group) },
  zone: { extension: 'zone', perDomain: true, dnsOnly: true, text: async (group) => zoneFile(group) },
  octodns: { extension: 'yaml', perDomain: true, dnsOnly: true, text: async (group) => octodnsYaml(group) },
  terraform: { extension: 'tf.json', perDomain: false, dnsOnly: true, text: async (group) => terraformJson(group) },
  markdown: {
    extension: 'md',
    perDomain: false,
    dnsOnly: false,
    text: letter,
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
