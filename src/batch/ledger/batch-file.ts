import type { BatchId, Decision, Effect, JsonObject, ZoneId } from '../../terms.ts';

/** A credential of a batch: its name, never itself. */
export interface BatchFileLane {
  name: string;
  zones: ZoneId[];
  /** Declared quota: `calls` per `window_seconds`; `share` of it is this lane's budget, 0 to 1. */
  quota: { calls: number; window_seconds: number };
  share: number;
}

/** Where a run ends by itself, whatever is left of its plan. */
export interface BatchLimits {
  /** Most calls of the batch, planning included. */
  calls?: number;
  /** ISO 8601. */
  until?: string;
}

/** What a sweep was asked, and what it saw and left out. */
interface BatchFileSweep {
  /** As given, by the long names of the flags. */
  options: JsonObject;
  /** Hostnames read and not selected, by code. */
  not_selected: Record<string, number>;
  /** Of the rows, those that an earlier sweep carried over. */
  carried_over: number;
}

/** `batch.json`: what was asked, written once when the plan is complete. Holds no secret. */
export interface BatchFile {
  batch: BatchId;
  /** Where its rows come from; absent: a manifest. */
  kind?: 'sweep';
  created_at: string;
  /** hostroll's own version. */
  version: string;
  /** Of a sweep, which has none, the manifest that its rows would make. */
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
  /** Rows that it leaves over are skipped with SWEEP_CARRIED_OVER. */
  limits?: BatchLimits;
  sweep?: BatchFileSweep;
  plan: { decisions: Record<Decision, number>; effects: Record<Effect, number> };
}
