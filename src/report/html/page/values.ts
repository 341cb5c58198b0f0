/** What the pages of a browser show, as the server or the report file has it; what is not known is left out or null. */

/** A row in a list. */
export interface ListedRow {
  row: number;
  hostname: string;
  outcome: string;
  code?: string | null;
  phase?: string | null;
  who?: string | null;
  status?: string | null;
  ssl_status?: string | null;
  zone?: string | null;
  ca?: string | null;
  method?: string | null;
  /** ISO 8601. */
  deadline?: string | null;
  /** What the manifest has in columns of the operator's own, by their names. */
  notes?: Record<string, string>;
}

export interface DnsRecord {
  purpose: string;
  type: string;
  name: string;
  value: string;
}

/** A row that somebody must look at: one that went wrong, or whose hostname waits. */
export interface WatchedRow extends ListedRow {
  /** Of one that waits: the domain that somebody registered. */
  customer?: string;
  message?: string;
  cf_ray?: string;
  /** What the API complains about. */
  errors?: string[];
  /** What is to be published. */
  records?: DnsRecord[];
  /** What was seen in DNS and HTTP, a sentence each. */
  seen?: string[];
  /** Paths of the change that the API took and does not show. */
  not_shown?: string[];
}

/** How often a code occurs, and what to do about it. */
export interface CodeRow {
  code: string;
  count: number;
  advice?: string;
  /** A first row that has it, in words. */
  sample?: string;
}

/** What `report.html` shows. */
export interface ReportPage {
  batch: string;
  version: string;
  verdict: { line: string; mood: 'good' | 'mixed' | 'bad' };
  facts: [label: string, text: string][];
  outcomes: Record<string, number>;
  hostnames: Record<string, number>;
  /** Phases with who must act, and how many hostnames are in each. */
  phases: { text: string; count: number }[];
  codes: { title: string; codes: CodeRow[] }[];
  /** Sections of plain text. */
  texts: { title: string; text: string }[];
  files: { name: string; does: string }[];
  rows: WatchedRow[];
  /** Rows that somebody must look at and that `rows` has no room for; the CSV files have them. */
  left_out: number;
}
