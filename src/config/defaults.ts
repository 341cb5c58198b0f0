import { DEFAULT_STATE } from '../batch/ledger/batch-folder.ts';
import { ISSUANCE_DEFAULT } from '../batch/ledger/issuance-default.ts';

/** Looked for in the working directory where no other is named. */
export const CONFIG_FILE_NAME = 'hostroll.config.json';

/** As `DEFAULTS`, of waves. */
export const WAVE_DEFAULTS = { waveWait: '15m', maxPending: '50%' } as const;

/** Defaults, as text, in the form in which a person would give them. */
export const DEFAULTS = {
  state: DEFAULT_STATE,
  quota: '1200/300',
  share: '0.8',
  wait: '60s',
  ...WAVE_DEFAULTS,
  window: '2000',
  issuance: `${ISSUANCE_DEFAULT.orders}/${ISSUANCE_DEFAULT.window_seconds}`,
  logLevel: 'info',
  /** Days: what the API takes of certificates that end sooner is warned about. */
  minDays: '14',
} as const;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
