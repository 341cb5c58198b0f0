/**
 * How long the doctor takes for 10,000 pending hostnames, each of a domain of its own, against a real name server (Debian's
 * package knot) on loopback: `npm run bench -- doctor`. On the Internet each domain costs some round trips more.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Doctor } from '../src/dcv/doctor.ts';
import type { LiveHostname } from '../src/hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../src/terms.ts';

const HOSTNAMES = 10_000;
const PORT = 15_353;
const ZONE = '0f1e2d3c4b5a69788796a5b4c3d2e1f0' as ZoneId;

const live = (at: number): LiveHostname => ({
  id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}` as CustomHostnameId,
  zone_id: ZONE,
  hostname: `shop.store-${at}.net` as Hostname,
  status: 'active',
  ssl: {
    status: 'pending_validation',
    method: 'txt',
    certificate_authority: 'google',
    validation_records: [{ txt_name: `_acme-challenge.shop.store-${at}.net`, txt_value: 'token' }],
  },
});

const folder = await mkdtemp(join(tmpdir(), 'hostroll-bench-'));
const records = Array.from(
  { length: HOSTNAMES },
  (_, at) =>
    `shop.store-${at} A 198.51.100.7\n_acme-challenge.shop.store-${at} TXT "${at % 3 === 0 ? 'old' : 'token'}"`,
);
await writeFile(
  join(folder, 'net.zone'),
  `$ORIGIN net.\n$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 5\n@ NS ns\nns A 127.0.0.1\n${records.join('\n')}\n`,
);
const config = `server:
    rundir: ${folder}
    listen: 127.0.0.1@${PORT}
log:
  - target: stderr
    any: info
database:
    storage: ${folder}
zone:
  - domain: net
    storage: ${folder}
    file: net.zone
    journal-content: none
    zonefile-sync: -1
`;
await writeFile(join(folder, 'knot.conf'), config);
const knot = spawn('knotd', ['-c', join(folder, 'knot.conf')], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { PATH: `${process.env.PATH}:/usr/sbin` },
});
try {
  let said = '';
  while (!said.includes('server started')) said += String((await once(knot.stderr, 'data'))[0]);
  knot.stderr.resume();
  const doctor = new Doctor({ resolvers: [`127.0.0.1:${PORT}`], targets: ['customers.saas-platform.net'] });
  const verdicts = new Map<string, number>();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: HOSTNAMES }, async (_, at) => {
      const { verdict } = await doctor.examine(live(at));
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  await doctor.close();
  process.stdout.write(
    `${HOSTNAMES} hostnames in ${seconds.toFixed(1)} s, ${Math.round(HOSTNAMES / seconds)} a second: ${JSON.stringify(Object.fromEntries(verdicts))}\n`,
  );
} finally {
  knot.kill();
  await once(knot, 'exit');
  await rm(folder, { recursive: true, force: true });
}
