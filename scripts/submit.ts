import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withLease } from '../src/batch/dispatch/lease.ts';
import type { Rollout } from '../src/batch/ledger/rollout.ts';
import { ChangeTally } from '../src/batch/plan/change-tally.ts';
import { intakeLines } from '../src/batch/plan/intake.ts';
import { isTaken, submit, submittedSince } from '../src/batch/submit/submission.ts';
import { upload } from '../src/batch/submit/upload.ts';
import { NO_BUNDLES } from '../src/bundles/no-bundles.ts';
import { EXIT } from '../src/codes/exit.ts';
import { operatorOf } from '../src/config/audit.ts';
import { withSubmitFlags } from '../src/config/flags.ts';
import { planRules, withRuleFlags } from '../src/config/rule-flags.ts';
import { readSubmitOptions, type SubmitFlags } from '../src/config/submit-options.ts';
import { readable, takeInChecked } from '../src/coordinator/plan-manifest.ts';
import { holdsPrivateKeyText } from '../src/manifest/holds-private-key.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import { askedLines } from '../src/report/text/plan-text.ts';
import { DAY, HostrollError, type JsonObject } from '../src/terms.ts';
import { counted } from '../src/text/text-layout.ts';
import { wholeYes } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';

interface SubmitCommandFlags extends SubmitFlags {
  again?: boolean;
  yes?: boolean;
}

/** `hostroll submit`: hands a manifest to a coordinator; needs the queue, but no credential. */
export const submitCommand: AddCommand = (program, shell, exit) => {
  withRuleFlags(
    withSubmitFlags(
      program.command('submit').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
    ),
  )
    .option('--again', 'submit it though the same manifest was submitted within a day')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
The manifest is checked here and sent over; this machine may then leave. It is carried out without being asked about:
look at "hostroll plan" first.

Example:
  hostroll submit migrate.csv.gz --zone acme-store.net --queue redis://queue.internal:6379
  hostroll watch --queue redis://queue.internal:6379`,
    )
    .action(async (manifest: string, flags: SubmitCommandFlags) => exit(await submitManifest(manifest, flags, shell)));
};

async function submitManifest(manifestPath: string, flags: SubmitCommandFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const options = readSubmitOptions(flags, shell.env);
  const { queue, skipInvalid, reading, zones = [], waitMs = 0, waitStrict = false, priority } = options;
  const { waves, issuance, stopRules = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-submit-'));
  try {
    const path = manifestPath === '-' ? join(folder, 'stdin') : await readable(manifestPath);
    if (manifestPath === '-') await pipeline(terminal.input, createWriteStream(path, { mode: 0o600 }));
    if (await holdsPrivateKeyText(createReadStream(path))) {
      throw new HostrollError(
        'KEY_IN_SUBMISSION',
        `${manifestPath} holds a private key, which would lie in the queue in clear; take it out, or use "hostroll apply" here on the same --queue.`,
      );
    }
    const manifest = { name: manifestPath, skipInvalid, reading };
    const rows = { rowsPath: join(folder, 'rows'), bundles: NO_BUNDLES };
    const intake = await takeInChecked(manifest, createReadStream(path), rows);
    const { user, host } = operatorOf(shell.env);
    const backend = await openQueueBackend(queue, 'hostroll submit');
    try {
      const { rows: count = 0, sha256 = '' } = intake.summary ?? {};
      const before = flags.again ? undefined : await submittedSince(backend, sha256, Date.now() - DAY);
      if (before !== undefined) {
        throw new HostrollError(
          'SUBMITTED_ALREADY',
          `${manifestPath} was submitted within a day, as ${before}; "hostroll status ${before}" shows what came of it, --again submits it once more.`,
        );
      }
      if (!flags.yes && terminal.canAsk) await askToSubmit({ rows: count, zones, rowsPath: rows.rowsPath }, shell);
      const id = `s-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
      await withLease(backend, { kind: 'upload', id }, async () =>
        submit(backend, {
          v: 1,
          id,
          manifest: manifestPath === '-' ? 'stdin' : basename(manifestPath),
          ...(await upload(backend, id, createReadStream(path))),
          zones,
          ...(flags.where === undefined ? {} : { where: flags.where }),
          ...(flags.fresh === undefined ? {} : { fresh: flags.fresh }),
          skip_invalid: skipInvalid,
          ...(reading === undefined ? {} : { reading }),
          rules: planRules(flags),
          wait_ms: waitMs,
          wait_strict: waitStrict,
          ...(priority === undefined ? {} : { priority }),
          rollout: JSON.parse(JSON.stringify({ waves, issuance, rules: stopRules })) as Rollout,
          submitted_at: new Date().toISOString(),
          submitted_by: `${user}@${host}`,
        }),
      );
      terminal.out(id);
      const next = (await isTaken(backend))
        ? 'A coordinator carries them out'
        : 'No coordinator is running there now; they wait until "hostroll serve" is started';
      terminal.note(
        `${counted(count, 'row')} are with ${backend.name}. ${next}; "hostroll watch ${id} --queue …" shows how far it is.`,
      );
      return EXIT.ok;
    } finally {
      await backend.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the rows ask for; what becomes of it is for the coordinator to plan, who has the credential. */
async function askedOf(rowsPath: string): Promise<string[]> {
  const tally = new ChangeTally();
  let rechecks = 0;
  for await (const line of intakeLines(rowsPath)) {
    if (!('row' in line)) continue;
    const { recheck, ...body } = line.row.change;
    if (recheck) rechecks += 1;
    else tally.add({ decision: 'edit', body: body as JsonObject });
  }
  return askedLines(tally.list(), rechecks);
}

/** Asks before thousands of edits begin elsewhere. Throws `NOT_CONFIRMED` or `INTERRUPTED`. */
export const askToSubmit = (
  { rows, zones, rowsPath }: { rows: number; zones: readonly string[]; rowsPath: string },
  { terminal, interruptible }: Pick<Shell, 'terminal' | 'interruptible'>,
): Promise<void> =>
  interruptible(async (interrupt) => {
    const where = zones.length === 0 ? '' : ` for ${zones.join(', ')}`;
    const plans = 'The coordinator plans them, and sends without asking what its rules let pass.';
    terminal.note([`${counted(rows, 'row')}${where}:`, ...(await askedOf(rowsPath)), plans].join('\n'));
    await wholeYes('Hand them over?', terminal, interrupt, 'Nothing was submitted.');
  });
