import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateFolder } from '../src/disk/private-folder.ts';
import { makeCertificate } from '../src/sandbox/make-certificate.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { leaveInterruptToBatch, runHostroll, say } from './run-demo.ts';

const HOSTNAMES = 300;
const SERVING_ALREADY = 10;
const STATE = '.hostroll/demo-certificates';
/** The simulator's clock: an upload is deployed in seconds of it. */
const SPEED = 20;

/**
 * `npm run demo:certificates`: a throwaway authority signs an RSA and an ECDSA certificate, and `hostroll apply` rolls them
 * onto 300 hostnames of a simulator on loopback: one of them is not covered, some serve them already.
 */
async function demo(): Promise<number> {
  const names = Array.from({ length: HOSTNAMES }, (_, at) => `shop-${at + 1}.acme-store.net`);
  const hostnames = [...names, 'shop.elsewhere.net'].map((hostname) => ({ hostname, ssl: {} }));
  const api = await startSandbox({
    plan: 'enterprise',
    no_limits: true,
    hostnames,
    clock: { speed: SPEED },
    latency: { min_ms: 20, max_ms: 120 },
  });
  await rm(STATE, { recursive: true, force: true });
  await makePrivateFolder(STATE);
  const write = (name: string, text: string) => writeFile(join(STATE, name), text, { mode: 0o600 });
  const authority = makeCertificate({ hosts: ['Acme Signing Authority'], isAuthority: true });
  for (const keyType of ['rsa', 'ec'] as const) {
    const { certificate, key } = makeCertificate({ hosts: ['*.acme-store.net'], keyType, signer: authority });
    await write(`acme-${keyType}.pem`, certificate);
    await write(`acme-${keyType}.key`, key);
  }
  const rows = (list: string[]) => `hostname,bundle\n${list.map((name) => `${name},acme`).join('\n')}\n`;
  await write('first.csv', rows(names.slice(0, SERVING_ALREADY)));
  await write('rollout.csv', rows([...names, 'shop.elsewhere.net']));

  const pairs = ['rsa', 'ec'].map((type) => `${STATE}/acme-${type}.pem:${STATE}/acme-${type}.key`).join(',');
  const run = async (args: string[], stdio: 'inherit' | 'ignore') => (await runHostroll(api, args, stdio)) ?? 1;
  const common = ['--bundle', `acme=${pairs}`, '--state', STATE, '--quota', '12000/300', '--yes'];
  await run(['apply', `${STATE}/first.csv`, ...common, '--wait', '0'], 'ignore');
  say([
    `A simulator of the API with ${hostnames.length} custom hostnames listens on ${api.url}; ${SERVING_ALREADY} of them serve the pair already,`,
    'and shop.elsewhere.net is a name that the pair is not for. Running against it:',
    '',
    `  hostroll apply rollout.csv --bundle acme=acme-rsa.pem:acme-rsa.key,acme-ec.pem:acme-ec.key --skip-invalid --yes`,
    '',
  ]);
  leaveInterruptToBatch();
  const code = await run(['apply', `${STATE}/rollout.csv`, ...common, '--wait', '10s', '--skip-invalid'], 'inherit');
  await api.close();
  say([
    '',
    `The files are in ${STATE}/batches; the private keys are in none of them. Exit code ${code}: 2 says that a row was rejected, as it should be.`,
  ]);
  return code === 0 || code === 2 ? 0 : code;
}

process.exitCode = await demo();
