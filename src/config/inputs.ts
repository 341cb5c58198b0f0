/** Flags as they were given, by their long names in camel case; all optional, since environment and defaults stand in. */
export interface Flags {
  state?: string;
  config?: string;
  queue?: string;
  zone?: string[];
  quota?: string;
  share?: string;
  wait?: string;
  waitStrict?: boolean;
  window?: string;
  waves?: string;
  waveWait?: string;
  maxPending?: string;
  confirmWaves?: boolean;
  issuance?: string;
  maxFailures?: string;
  stopRule?: string[];
  priority?: string;
  inPack?: boolean;
  where?: string[];
  fresh?: string;
  overwriteDrift?: boolean;
  resend?: boolean;
  allowNarrower?: boolean;
  sealKeyFile?: string;
  logFile?: string;
  logLevel?: string;
  metrics?: string;
  metricsFile?: string;
  notify?: string[];
  bundle?: string[];
  bundleFolder?: string;
  match?: 'san';
  bundleRoot?: string[];
  bundlePassword?: string[];
  minDays?: string;
  allowShort?: boolean;
  trust?: string;
  strictPermissions?: boolean;
}

export type Env = Record<string, string | undefined>;

/** An empty variable is how many shells unset one. */
export const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
