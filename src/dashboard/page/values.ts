import type { ListedRow } from '../../report/html/page/values.ts';

/** The parts of the server's values that the page shows; docs/view.md has them all. */
export interface View {
  stage: string;
  wave: number;
  until: string | null;
  rows: { total: number; done: number };
  outcomes: Record<string, number>;
  settled: Record<string, number>;
  errors: { code: string; count: number; advice?: string }[];
  calls: { made: number; per_second: number };
  budget_per_second: number;
  lanes: { name: string; budget_per_second: number; workers: number | null }[];
  waits: { what: string; lane?: string; until?: string; reason?: string }[];
  eta_ms: number | null;
  waves?: number;
  /** Whether a process is at it. */
  isRunning: boolean;
}

export interface Status {
  batch: string;
  state: string;
  manifest?: { path: string; rows: number };
  by?: { user: string; host: string };
  created_at?: string;
  follows?: Follower;
  view?: View;
}

/** A batch that another one's rows come from, or go on in. */
export interface Follower {
  batch: string;
  as: 'retry' | 'undo';
}

export interface About {
  batch: string;
  /** Absent while the batch is being planned. */
  about?: {
    created_at: string;
    manifest: { path: string; rows: number };
    by?: { user: string; host: string };
    follows?: Follower;
  };
  view: View | null;
  files: string[];
  followers: Follower[];
}

/** Something that happened, in words. */
export interface Told {
  /** ISO 8601. */
  at: string;
  text: string;
}

/** Hostnames whose certificates change alike. */
export interface CertificateChange {
  before: string;
  after: string;
  rows: number;
  /** Of them, by what was read last. */
  active: number;
  waiting: number;
  /** Where rows bring certificates: the API shows them, or others. */
  new: number;
  another: number;
}

export interface RowPage {
  /** Rows of the batch, those read from its plan so far, and of these the ones that match. */
  total: number;
  loaded: number;
  /** Whether the ledger is read, too: before, rows show what the plan says of them. */
  is_read: boolean;
  matched: number;
  rows: ListedRow[];
  choices: Record<'zone' | 'ca' | 'method', string[]>;
}
