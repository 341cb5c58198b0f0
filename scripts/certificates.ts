import { join } from 'node:path';
import { Option } from 'commander';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { withBundleFlags, withCallFlags, zoneOption } from '../src/config/flags.ts';
import type { Flags } from '../src/config/inputs.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { type VerifyFlags, verifyOptions, withVerifyFlags } from '../src/config/verify-flags.ts';
import { oneZone } from '../src/config/zone-flags.ts';
import { expectedCertificates, ofBatch } from '../src/coordinator/expected-certificates.ts';
import { lookAtAll } from '../src/coordinator/look-at-all.ts';
import { LIST_FORMATS, type ListFormat, writeList } from '../src/report/files/write-list.ts';
import { isGood, SERVED_COLUMNS, ServedCounts, servedLines, servedRows } from '../src/report/text/served-text.ts';
import { type Expected, Verifier } from '../src/tls/verify.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface CertificatesFlags extends Flags, VerifyFlags {
  format: ListFormat;
  keep?: string;
}

/** `hostroll certificates`: what hostnames serve. */
export const certificatesCommand: AddCommand = (program, shell, exit) => {
  const certificates = program.command('certificates');
  withVerifyFlags(
    withBundleFlags(
      withCallFlags(
        certificates
          .command('verify')
          .argument(
            '[batch|zone|manifest]',
            'a batch id, the start of one, "latest"; id or name of a zone (else --zone, CLOUDFLARE_ZONE_ID); a file',
          )
          .addOption(
            zoneOption('zone to look at, or of the rows that name none; may be repeated (CLOUDFLARE_ZONE_ID)'),
          ),
      ),
    ),
  )
    .description('Look by TLS handshakes which certificates hostnames serve, to clients with ECDSA and with RSA')
    .addOption(new Option('--format <format>', 'what to print').choices(LIST_FORMATS).default('text'))
    .option('--keep <file>', 'keep findings here (JSONL); what it proves already is not looked at again')
    .addHelpText(
      'after',
      `
Examples:
  hostroll certificates verify latest
  hostroll certificates verify latest --connect customers.acme-store.net --format csv > served.csv
  hostroll certificates verify renew.csv --bundle acme=acme.pem:acme.key --keep served.jsonl

${exitCodeHelp({ ok: 'all serve what they should', stoppedByRule: 'the API could not be read', somePending: 'something else is served, not to be seen, or not trusted by browsers', noDns: '' })}`,
    )
    .action(async (source: string | undefined, flags: CertificatesFlags) =>
      exit(await verify(source ?? oneZone(flags, shell.env), flags, shell)),
    );
};

async function verify(
  source: string,
  flags: CertificatesFlags,
  { terminal, env, interruptible }: Shell,
): Promise<number> {
  const configFor = (zone?: string[]) => readConfig(zone === undefined ? flags : { ...flags, zone }, env);
  const verifier = new Verifier(await verifyOptions(flags));
  const { state } = readStateConfig(flags, env);
  return interruptible((interrupt) => {
    const reading = { command: 'hostroll certificates verify', interrupt, show: terminal.show, warn: terminal.note };
    const expected = expectedCertificates(source, configFor, state, reading);
    return verifyAll(expected, verifier, { ...flags, interrupt, terminal });
  });
}

/** Looks at the hostnames of a batch, and prints those that are not as they should be; its folder keeps all. */
export const verifyBatch = (
  folder: BatchFolder,
  verifier: Verifier,
  { terminal, interruptible }: Shell,
  json: boolean,
): Promise<number> =>
  interruptible((interrupt) =>
    verifyAll(ofBatch(folder), verifier, {
      ...{ format: 'text', onlyBad: true, keep: join(folder.path, 'verified.jsonl'), interrupt },
      terminal: json ? { ...terminal, out: terminal.note, stream: async () => {} } : terminal,
    }),
  );

/** Looks at all, prints what is found, and resolves with the exit code. */
async function verifyAll(
  expected: AsyncIterable<Expected>,
  verifier: Verifier,
  given: { format: ListFormat; onlyBad?: boolean; keep?: string; interrupt: AbortSignal; terminal: Terminal },
): Promise<number> {
  const { format, onlyBad = false, keep, interrupt, terminal } = given;
  const counts = new ServedCounts();
  const found = async function* () {
    for await (const served of lookAtAll(expected, verifier, keep, interrupt)) {
      counts.add(served);
      if (!onlyBad || !isGood(served)) yield served;
    }
  };
  const forms = { format, lines: servedLines, columns: SERVED_COLUMNS, rows: servedRows };
  await writeList(found(), forms, { write: terminal.stream, interrupt });
  if (interrupt.aborted) return EXIT.interrupted;
  (format === 'text' ? terminal.out : terminal.note)(counts.text());
  return counts.good === counts.total ? EXIT.ok : EXIT.somePending;
}
