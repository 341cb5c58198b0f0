import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withLease } from '../src/batch/dispatch/lease.ts';
import type { Rollout } from '../src/batch/ledger/rollout.ts';
import { submit } from '../src/batch/submit/submission.ts';
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
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

/** `hostroll submit`: hands a manifest to a coordinator; needs the queue, but no credential. */
export const submitCommand: AddCommand = (program, shell, exit) => {
  withRuleFlags(
    withSubmitFlags(
      program.command('submit').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
    ),
  )
    .addHelpText(
      'after',
      `
The manifest is checked here and sent over; this machine may then leave. It is carried out without being asked about:
look at "hostroll plan" first.

Example:
  hostroll submit migrate.csv.gz --zone acme-store.net --queue redis://queue.internal:6379
  hostroll watch --queue redis://queue.internal:6379`,
    )
    .action(async (manifest: string, flags: SubmitFlags) => exit(await submitManifest(manifest, flags, shell)));
};

async function submitManifest(manifestPath: string, flags: SubmitFlags, shell: Shell): Promise<number> {
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
      const id = `s-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
      await withLease(backend, { kind: 'upload', id }, async () =>
        submit(backend, {
          v: 1,
          id,
          manifest: manifestPath === '-' ? 'stdin' : basename(manifestPath),
          ...(await upload(backend, id, createReadStream(path))),
          zones,
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
      terminal.note(
        `${intake.summary?.rows} rows are with ${backend.name}. A coordinator carries them out; "hostroll watch ${id} --queue …" shows how far it is.`,
      );
      return EXIT.ok;
    } finally {
      await backend.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
