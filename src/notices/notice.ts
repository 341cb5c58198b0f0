import type { LedgerEvent } from '../batch/ledger/ledger-event.ts';
import { firstDeadline } from '../hostname/deadlines.ts';
import { type BatchId, DAY, type JsonObject } from '../terms.ts';

/** What is told of a batch, in the order in which it may come; and that an inventory or a drift has something for a person. */
export const NOTICE_KINDS = ['started', 'gate', 'held', 'deadline', 'stopped', 'finished', 'attention'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One notice: the body of a Standard Webhook. `type` is what it is about, a dot, and the kind. */
export interface Notice {
  type: `${'batch' | 'inventory' | 'drift'}.${NoticeKind}`;
  /** ISO 8601. */
  timestamp: string;
  data: JsonObject;
}

/** Nearer than this a deadline is endangered: time enough to reach a customer, and to publish a record. */
const ENDANGERED_MS = DAY;

type Told = { kind: NoticeKind; data: JsonObject } | undefined;

/** Makes notices of the events of batches. Rows and deadlines are told of once a batch, as they may be many. */
export class NoticeMaker {
  readonly #endangered = new Set<BatchId>();

  /** Undefined where the event is none that anybody is told of. */
  of(batch: BatchId, event: LedgerEvent): Notice | undefined {
    const told = event.type === 'settled' ? this.#deadline(batch, event) : toldOf(event);
    if (told === undefined) return undefined;
    return { type: `batch.${told.kind}`, timestamp: event.at, data: { batch, ...told.data } };
  }

  #deadline(batch: BatchId, { at, rows }: Extract<LedgerEvent, { type: 'settled' }>): Told {
    if (this.#endangered.has(batch)) return undefined;
    const soon = Date.parse(at) + ENDANGERED_MS;
    const near = rows.flatMap(({ row, settlement, deadlines = {} }) => {
      const ends = settlement === 'active' ? undefined : firstDeadline(deadlines);
      return ends === undefined || ends > soon ? [] : [{ row, at: new Date(ends).toISOString() }];
    });
    const [first] = near.sort((a, b) => (a.at < b.at ? -1 : 1));
    if (first === undefined) return undefined;
    this.#endangered.add(batch);
    return { kind: 'deadline', data: { ...first, rows: near.length } };
  }
}

/** An event without what every one has; undefined members are none. */
function rest(event: object): JsonObject {
  const { at: _at, type: _type, ...members } = JSON.parse(JSON.stringify(event)) as JsonObject;
  return members;
}

/** Of which events is told, and what of them. */
function toldOf(event: LedgerEvent): Told {
  switch (event.type) {
    case 'started':
    case 'gate':
    case 'finished':
      return { kind: event.type, data: rest(event) };
    case 'hold':
      return { kind: 'held', data: rest(event) };
    case 'control':
      return event.said.word === 'pause' ? { kind: 'held', data: { ...rest(event.said), by: 'operator' } } : undefined;
    // Rows in doubt may be thousands.
    case 'stopped':
      return { kind: 'stopped', data: { ...rest(event), in_doubt: event.in_doubt.length } };
    default:
      return undefined;
  }
}

/** What reading zones has found that needs a person, a sentence each. */
export const attention = (about: 'inventory' | 'drift', needs: readonly string[], at: number): Notice => ({
  type: `${about}.attention`,
  timestamp: new Date(at).toISOString(),
  data: { needs: [...needs] },
});

/** A notice as one line for people. */
export function noticeText({ type, data: { batch, needs, ...data } }: Notice): string {
  const [about = '', kind = ''] = type.split('.');
  if (Array.isArray(needs)) return `hostroll: ${about}: ${needs.join(' ')}`;
  const { exit_code: code, counts } = data;
  const parts = Object.entries((counts ?? {}) as Record<string, number>).filter(([, rows]) => rows > 0);
  const rows = parts.map(([outcome, count]) => `${count} ${outcome.replace('_', ' ')}`).join(', ');
  const why = [data.reason, data.code, data.message].filter((one) => typeof one === 'string').join(': ');
  const more: Record<string, string> = {
    started: data.resumed === true ? 'goes on' : 'started',
    gate: 'is at a gate',
    held: `is held${why === '' ? '' : ` (${why})`}`,
    deadline: `has ${data.rows} hostnames whose deadline is near, the first ${data.at} (row ${data.row})`,
    stopped: `stopped${why === '' ? '' : ` (${why})`}`,
    finished: `finished with exit code ${code}${rows === '' ? '' : `: ${rows}`}`,
  };
  return `hostroll: batch ${batch} ${more[kind] ?? kind}.`;
}
