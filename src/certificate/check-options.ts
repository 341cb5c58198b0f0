/** How the API completes a chain: `force` serves it as it is given, the others build it from the leaf. */
export type BundleMethod = 'ubiquitous' | 'optimal' | 'force';

/** What a certificate is checked against. */
export interface CheckOptions {
  /** Unix milliseconds. */
  now: number;
  /** A certificate that ends sooner is warned about. */
  minDays: number;
  /** `ubiquitous` where absent, as the API has it. */
  bundleMethod?: BundleMethod;
}
