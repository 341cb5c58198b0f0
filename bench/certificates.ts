/**
 * Processor time and memory of a rollout in which each hostname has a pack of its own, RSA and ECDSA, each half in files with its chain, on
 * Redis: `npm run bench -- certificates [packs]`, 5,000 unless told otherwise. Making them is not measured. Linux only.
 */
import { createPrivateKey, generateKeyPairSync, generatePrimeSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateWish, type MadeCertificate, makeCertificate } from '../src/sandbox/make-certificate.ts';
import { SECOND } from '../src/terms.ts';
import { REDIS } from '../test/support/servers/server-kinds.ts';
import { UNLIMITED } from './measure-edits.ts';
import { peakMb, processorMs } from './process-cost.ts';
import { publish } from './results.ts';
import { HOSTROLL, PROFILE, type Scene, withScene } from './scene.ts';
import { hostnameAt } from './simulator.ts';

const SAMPLE_MS = 20;
const E = 65_537n;

const base64url = (number: bigint): string => {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};

/** The number whose product with `a` is 1 modulo `m`. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next, t, after] = [m, a % m, 0n, 1n];
  while (next !== 0n) {
    const times = r / next;
    [r, next] = [next, r - times * next];
    [t, after] = [after, t - times * after];
  }
  return ((t % m) + m) % m;
}

/** So many RSA keys of 2,048 bits, in seconds: all products of a few primes. Worth nothing as secrets, and as dear as others to read. */
function rsaKeys(count: number): KeyObject[] {
  const primes: bigint[] = [];
  while ((primes.length * (primes.length - 1)) / 2 < count) {
    const prime = generatePrimeSync(1_024, { bigint: true });
    if (prime % E !== 1n) primes.push(prime);
  }
  const pairs = primes.flatMap((p, at) => primes.slice(0, at).map((q) => [p, q] as const));
  return pairs.slice(0, count).map(([p, q]) => {
    const d = inverse(E, (p - 1n) * (q - 1n));
    const parts = { n: p * q, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
    const jwk = Object.fromEntries(Object.entries(parts).map(([name, number]) => [name, base64url(number)]));
    return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
  });
}

/** An authority with a root behind it. */
function authority(keyType: 'rsa' | 'ec'): { issuing: MadeCertificate; root: MadeCertificate } {
  const root = makeCertificate({ hosts: [`Acme Root ${keyType}`], keyType, isAuthority: true });
  return { root, issuing: makeCertificate({ hosts: [`Acme ${keyType}`], keyType, isAuthority: true, signer: root }) };
}

/** `certs/<hostname>/{rsa,ecdsa}.{pem,key}`, `m.csv` and `roots.pem`. */
async function writePacks(folder: string, count: number): Promise<void> {
  const [rsa, ec] = [authority('rsa'), authority('ec')];
  const keys = rsaKeys(count);
  await writeFile(join(folder, 'roots.pem'), rsa.root.certificate + ec.root.certificate);
  for (let at = 0; at < count; at++) {
    const host = hostnameAt(at);
    const into = join(folder, 'certs', host);
    await mkdir(into, { recursive: true });
    const put = async (kind: string, { issuing }: typeof rsa, privateKey: KeyObject | undefined) => {
      const wish: CertificateWish = { hosts: [host], signer: issuing, ...(privateKey && { privateKey }) };
      const { certificate, key } = makeCertificate(wish);
      await writeFile(join(into, `${kind}.pem`), certificate + issuing.certificate);
      await writeFile(join(into, `${kind}.key`), key, { mode: 0o600 });
    };
    await put('rsa', rsa, keys[at]);
    await put('ecdsa', ec, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  }
  const rows = Array.from({ length: count }, (_, at) => `${hostnameAt(at)},${hostnameAt(at)}\n`);
  await writeFile(join(folder, 'm.csv'), `hostname,bundle\n${rows.join('')}`);
}

/** Runs a command to its end; what it had taken at the last look stands for all. */
async function measure({ start }: Scene, what: string, ...args: string[]): Promise<Record<string, string>> {
  const begun = performance.now();
  const child = start([...PROFILE, HOSTROLL, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let [cpu, peak, said] = [0, 0, ''];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const sampling = setInterval(() => {
    if (child.exitCode !== null || child.pid === undefined) return;
    // What has ended since has no memory.
    [cpu, peak] = [processorMs(child.pid), Math.max(peak, peakMb(child.pid))];
  }, SAMPLE_MS);
  const [code] = await once(child, 'exit');
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${what} ended with ${code}. ${said}`);
  return {
    what,
    seconds: ((performance.now() - begun) / SECOND).toFixed(1),
    'processor s': (cpu / SECOND).toFixed(1),
    'peak MB': peak.toFixed(0),
  };
}

const count = Number(process.argv[2] ?? 5_000);
await withScene({ hostnames: count, queue: REDIS }, async (scene) => {
  await writePacks(scene.folder, count);
  await writeFile(join(scene.folder, 'seal.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  const given = ['m.csv', '--bundle-folder', 'certs', '--trust', 'roots.pem', ...UNLIMITED];
  const plan = await measure(scene, 'plan', 'plan', ...given);
  const apply = await measure(
    scene,
    'plan and edits',
    'apply',
    ...given,
    '--seal-key-file',
    'seal.key',
    '--wait',
    '0',
    '--yes',
  );
  const { hostnames, most } = await scene.api.judge();
  if (hostnames !== count || most !== 1) throw new Error(`${hostnames} of ${count} edited, ${most} times at most.`);
  await publish('certificates', `${count} packs of RSA and ECDSA, one a hostname, on Redis`, [plan, apply]);
});
