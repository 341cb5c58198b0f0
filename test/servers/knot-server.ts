import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

/** The Knot DNS server as Debian's package `knot` puts it; undefined where it is not installed. */
export const KNOTD = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'knotd'))
  .find(existsSync);

/** Starts an authoritative server on 127.0.0.1 for `zones`: the text of a zone file by the name of its zone. */
export async function startKnot(file: string, zones: ReadonlyMap<string, string>): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-knot-'));
  const port = await freePort();
  for (const [zone, text] of zones) await writeFile(join(folder, `${zone}.zone`), text);
  const config = `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
log:
  - target: stderr
    any: info
database:
    storage: ${folder}
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
zone:
${[...zones.keys()].map((zone) => `  - domain: ${zone}`).join('\n')}
`;
  await writeFile(join(folder, 'knot.conf'), config);
  const server = serverProcess({ file, args: ['-c', join(folder, 'knot.conf')], ready: 'server started' });
  await server.start();
  return {
    ...server,
    port,
    url: `dns://127.0.0.1:${port}`,
    remove: async () => {
      await server.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
