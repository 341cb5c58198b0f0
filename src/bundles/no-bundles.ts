import type { BundleLoader } from './checked-bundles.ts';

const MESSAGE =
  'Certificates cannot be handed over with a submission: their keys would leave this machine. Use "hostroll apply" where the key files are, on the same --queue.';

/** For manifests that are handed over, or were: the process that carries them out has no business with the submitter's files. */
export const NO_BUNDLES: BundleLoader = {
  matchNames: false,
  of: async () => ({
    faults: [{ code: 'CERTIFICATE_NOT_SUBMITTED', message: MESSAGE, column: 'bundle' }],
    shared: 'certificates',
  }),
};
