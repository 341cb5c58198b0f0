import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatch } from '../batch/ledger/batch-fold.ts';
import { type BatchFolder, batchPaths, findBatch } from '../batch/ledger/batch-folder.ts';
import { bundleRefs } from '../batch/ledger/bundle-file.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import { intakeLines } from '../batch/plan/intake.ts';
import type { Config } from '../config/config.ts';
import { isZoneGiven } from '../config/lanes.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { certificatesIn, liveCertificates } from '../hostname/certificates.ts';
import { rowsWhere } from '../report/waiting-rows.ts';
import type { Expected } from '../tls/verify.ts';
import { takeInToRead } from './plan-manifest.ts';
import { type Reading, readLive } from './subjects.ts';

/**
 * Which certificates hostnames should serve: those that the rows of a manifest or of a batch bring, or, of a zone, those that
 * the API shows. Only the last makes calls, and rows that name an id and no hostname. Throws as `readSubjects` does.
 */
export async function* expectedCertificates(
  source: string,
  configFor: (zone?: string[]) => Config,
  state: string,
  reading: Reading,
): AsyncGenerator<Expected> {
  const isFile = (await stat(source).catch(() => undefined))?.isFile() === true;
  if (isFile) yield* ofManifest(source, configFor(), reading);
  else if (isZoneGiven(source)) yield* ofZone(configFor([source]), reading);
  else yield* ofBatch(await findBatch(state, source));
}

async function* ofManifest(path: string, config: Config, reading: Reading): AsyncGenerator<Expected> {
  await makePrivateFolder(config.state);
  const rowsPath = join(config.state, `verify-${randomUUID()}.tmp`);
  try {
    const intake = await takeInToRead(config, path, rowsPath);
    const byId = new Map<string, Expected['certificates']>();
    for await (const line of intakeLines(rowsPath)) {
      if (!('row' in line)) continue;
      const { hostname, custom_hostname_id: id, change } = line.row;
      const certificates = change.ssl?.bundle?.certificates;
      if (certificates === undefined) continue;
      if (hostname !== undefined) yield { hostname, certificates };
      else if (id !== undefined) byId.set(id, certificates);
    }
    if (byId.size === 0) return;
    const subjects = await readLive(config, reading, { meant: ({ id }) => byId.has(id), intake });
    try {
      for await (const { id, hostname } of subjects.hostnames()) yield { hostname, certificates: byId.get(id) ?? [] };
    } finally {
      await subjects.close();
    }
  } finally {
    await rm(rowsPath, { force: true });
  }
}

async function* ofZone(config: Config, reading: Reading): AsyncGenerator<Expected> {
  const subjects = await readLive(config, reading);
  try {
    for await (const { hostname, ssl } of subjects.hostnames()) {
      if (ssl !== undefined) yield { hostname, certificates: liveCertificates(ssl) };
    }
  } finally {
    await subjects.close();
  }
}

/** The rows of a batch that bring certificates and hold: what they were sent, and of those skipped what they have. */
export async function* ofBatch({ path }: Pick<BatchFolder, 'path'>): AsyncGenerator<Expected> {
  const fold = await foldBatch(path);
  const bundles = new Map<string, Expected['certificates']>();
  for await (const { id, certificates } of bundleRefs(batchPaths(path).bundles)) {
    bundles.set(
      id,
      certificates.map(({ hosts: _, ...facts }) => facts),
    );
  }
  const details = new RowDetails(fold);
  try {
    for (const row of rowsWhere(fold, (at) => fold.rows.holds(at))) {
      const { hostname, bundle, body } = await details.planned(row);
      if (hostname === undefined || bundle === undefined) continue;
      const sent = certificatesIn(body) as Expected['certificates'];
      yield { hostname, certificates: sent.length > 0 ? sent : (bundles.get(bundle.id) ?? []) };
    }
  } finally {
    await details.close();
  }
}
