import type { RootStore } from './root-store.ts';

/** How the API completes a chain: `force` serves it as it is given, the others build it from the leaf. */
type BundleMethod = 'ubiquitous' | 'optimal' | 'force';

/** What a certificate is checked against. */
export interface CheckOptions {
  /** Unix milliseconds. */
  now: number;
  /** A certificate that ends sooner is warned about. */
  minDays: number;
  /** Take also a certificate that has less life left than the API is known to take. */
  allowShort?: boolean;
  /** Where chains may end; with none nothing is said of trust. */
  roots?: RootStore | undefined;
  /** `ubiquitous` where absent, as the API has it. */
  bundleMethod?: BundleMethod;
}
