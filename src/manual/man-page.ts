import { EXIT_MEANINGS } from '../codes/exit.ts';
import type { Entry, FlagEntry } from './entry.ts';
import { sharedFlags } from './shared-flags.ts';

/** Variables that commands read, with what they say. */
const ENVIRONMENT: readonly [name: string, meaning: string][] = [
  ['CLOUDFLARE_API_TOKEN', 'API token with permission "SSL and Certificates: Edit" on the zones.'],
  ['CLOUDFLARE_EMAIL, CLOUDFLARE_API_KEY', 'The older way to authenticate.'],
  ['CLOUDFLARE_ZONE_ID', 'The zone, where neither an argument nor --zone names one.'],
  ['CLOUDFLARE_BASE_URL', 'Another API than the public one, such as a sandbox.'],
  ['HOSTROLL_STATE, HOSTROLL_QUEUE, HOSTROLL_CONFIG', 'As --state, --queue and --config.'],
  ['HOSTROLL_QUOTA, HOSTROLL_SHARE', 'As --quota and --share.'],
  ['HOSTROLL_SEAL_KEY, HOSTROLL_SEAL_KEY_FILE', 'Keys that certificates are sealed with.'],
  ['NO_COLOR', 'No colours.'],
];

/** Text as roff takes it: nothing in it is an escape, and no line begins with a control character (groff_char(7)). */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll(/^\./gm, '\\&.')
    .replaceAll('…', '...')
    .replaceAll('—', '\\(em');

const item = (term: string, text: string): string => `.TP\n.B ${roff(term)}\n${roff(text)}\n`;
const flagItem = ({ usage, does, choices }: FlagEntry): string =>
  item(usage, `${does}${choices === undefined ? '' : ` (${choices.join(', ')})`}`);

/** hostroll(1), from the commands themselves; `date` as YYYY-MM-DD. */
export function manPage(entries: readonly Entry[], { version }: { version: string }): string {
  const shared = sharedFlags(entries);
  const commands = entries.map(({ name, does, arguments: given, flags, remarks }) => {
    const own = flags.filter((flag) => !shared.some(({ long }) => long === flag.long));
    const others = flags.filter((flag) => !own.includes(flag)).map(({ long }) => long);
    return [
      `.SS ${roff(['hostroll', name, ...given.map(({ usage }) => usage)].join(' '))}\n${roff(does)}.\n`,
      ...given.filter((each) => each.does !== '').map((each) => item(each.usage, each.does)),
      ...own.map(flagItem),
      others.length === 0 ? '' : `.PP\nAlso, under FLAGS:\n${roff(others.join(' '))}\n`,
      remarks === '' ? '' : `.PP\n.nf\n${roff(remarks)}\n.fi\n`,
    ].join('');
  });
  return [
    `.\\" Made by the build from the commands themselves.\n.TH HOSTROLL 1 "" "hostroll ${roff(version)}" "User Commands"\n`,
    `.SH NAME\nhostroll \\- roll one change out over thousands of Cloudflare custom hostnames\n`,
    '.SH SYNOPSIS\n.B hostroll\n.I command\n[arguments] [flags]\n',
    '.SH COMMANDS\n',
    ...commands,
    '.SH FLAGS\nEach command above names those of these that it has.\n',
    ...shared.map(flagItem),
    '.SH ENVIRONMENT\n',
    ...ENVIRONMENT.map(([name, meaning]) => item(name, meaning)),
    '.SH FILES\n',
    item('hostroll.config.json', 'Credentials, certificates, stop rules, notices; "hostroll init" writes one.'),
    item('.hostroll', 'The state folder: batches with their plans, ledgers and reports, the log, the embedded queue.'),
    '.SH EXIT STATUS\n',
    ...EXIT_MEANINGS.map(([code, meaning]) => item(String(code), meaning)),
  ].join('');
}
