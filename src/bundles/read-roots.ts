import { rootCertificates } from 'node:tls';
import { pemBlocks } from '../certificate/pem.ts';
import { RootStore } from '../certificate/root-store.ts';
import type { Fault } from './bundle-source.ts';
import { readPemFile } from './read-pem-file.ts';

/** Where chains may end; or why that is not known. */
export type RootsRead = { roots: RootStore; own: readonly string[] } | { fault: Fault };

/** The roots of this runtime, which are Mozilla's, and those in the PEM file `trust`. */
export async function readRoots(trust: string | undefined): Promise<RootsRead> {
  if (trust === undefined) return { roots: new RootStore({ public: rootCertificates }), own: [] };
  const found = await readPemFile(trust);
  if ('fault' in found) return { fault: { ...found.fault, message: `--trust ${trust}: ${found.fault.message}` } };
  const own = pemBlocks(found.text).flatMap(({ label, text }) => (label === 'CERTIFICATE' ? [text] : []));
  return { roots: new RootStore({ public: rootCertificates, own }), own };
}
