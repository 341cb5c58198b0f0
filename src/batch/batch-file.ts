import type { BatchId, Decision, Effect, ZoneId } from '../terms.ts';

/** A credential of a batch: its name, never itself. */
export interface BatchFileLane {
  name: string;
  zones: ZoneId[];
  /** Declared quota: `calls` per `window_seconds`; `share` of it is this lane's budget, 0 to 1. */
  quota: { calls: number; window_seconds: number };
  share: number;
}

/** `batch.json`: what was asked, written once when the plan is complete. Holds no secret. */
export interface BatchFile {
  batch: BatchId;
  created_at: string;
  /** hostroll's own version. */
  version: string;
  manifest: {
    /** As given on the command line; `-` for standard input. */
    path: string;
    sha256: string;
    rows: number;
    format: 'csv' | 'jsonl';
    header?: string[];
  };
  zones: ZoneId[];
  /** The lanes that its zones belong to. */
  lanes: BatchFileLane[];
  base_url: string;
  /** How long settling may take. */
  wait_ms: number;
  wait_strict: boolean;
  plan: { decisions: Record<Decision, number>; effects: Record<Effect, number> };
}
