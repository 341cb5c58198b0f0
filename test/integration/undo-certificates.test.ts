import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type MadePair, makePair } from '../support/pair.ts';
import { redisWorkspace } from '../support/redis-workspace.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';

const [SHOP, WWW] = ['shop.acme-store.net', 'www.acme-store.net'];

it.runIf(serversFor('undo-certificates', [REDIS], { mayShare: false }).length > 0)(
  'a rollout of certificates is taken back with the files that it replaced, and to a managed certificate where there was one',
  async () => {
    const desk = await redisWorkspace({ hostnames: [SHOP, WWW].map((hostname) => ({ hostname, ssl: {} })) });
    const [old, fresh] = [makePair(SHOP, WWW), makePair(SHOP, WWW)];
    await desk.file('roots.pem', old.roots);
    await mkdir(join(desk.folder, 'certs'));
    await mkdir(join(desk.folder, 'away'));
    const put = async (name: string, { rsa, ec }: MadePair) => {
      await desk.file(`certs/${name}.pem`, rsa.certificate + rsa.key);
      await desk.file(`certs/${name}-ecdsa.pem`, ec.certificate + ec.key);
    };
    await put('old', old);
    await put('fresh', fresh);
    await desk.file('first.csv', `hostname,bundle\n${SHOP},old\n`);
    await desk.file('second.csv', `hostname,bundle\n${SHOP},fresh\n${WWW},fresh\n`);
    const FOLDER = ['--bundle-folder', 'certs', '--trust', 'roots.pem'];
    const run = (...args: string[]) => desk.run([...args, ...FOLDER, '--wait', '0']);
    const served = (hostname: string) =>
      desk.api.hostname(hostname)?.ssl?.certificates?.map((one) => one.serial_number);
    expect((await run('apply', 'first.csv', '--yes')).code).toBe(0);
    const before = served(SHOP);
    for (const name of ['old.pem', 'old-ecdsa.pem'])
      await rename(join(desk.folder, 'certs', name), join(desk.folder, 'away', name));

    expect((await run('plan', 'second.csv', '--out', 'second.plan')).code).toBe(0);
    const rows = (await readFile(join(desk.folder, 'second.plan'), 'utf8')).trim().split('\n').slice(1);
    const told = rows.map((line) => JSON.parse(line)).map(({ before, body, bundle }) => [bundle.name, before, body]);
    const serial = { serial_number: expect.stringMatching(/^\d+$/) };
    const pack = { ssl: { certificates: [serial, serial] } };
    expect(told).toMatchObject([
      ['fresh', pack, pack],
      ['fresh', pack, pack],
    ]);
    const applied = await run('apply', 'second.csv', '--yes');
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringMatching(/Going back needs the files of uploaded/) });
    expect(applied.stdout).toMatch(
      /1 {2}can be undone, with validation.*\n +1 {2}can be undone with the old certificate/,
    );
    expect(served(SHOP)).not.toEqual(before);
    const batch = desk.batches().at(-1) ?? '';

    const without = await run('undo', batch, '--dry-run');
    expect(without.stdout).toMatch(/NOT_REVERSIBLE/);
    expect(without.stdout).toMatch(/What was replaced cannot be put back: that needs the files of uploaded/);
    const [key] = fresh.rsa.key.split('\n').slice(1);
    for (const name of ['old.pem', 'old-ecdsa.pem'])
      await rename(join(desk.folder, 'away', name), join(desk.folder, 'certs', name));
    const undone = await run('undo', batch, '--yes', '--force', 'loses-upload');
    expect(undone).toMatchObject({ code: 0 });
    expect(served(SHOP)?.sort()).toEqual(before?.sort());
    expect(desk.api.hostname(WWW)?.ssl).toMatchObject({ certificate_authority: 'google' });
    for (const name of ['plan.jsonl', 'ledger.jsonl', 'bundles.jsonl']) expect(desk.batchFile(name)).not.toContain(key);
  },
);
