import { Counter, Gauge, type Registry } from 'prom-client';
import { EVENTS, type Recorded } from '../batch/ledger/events-channel.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { SECOND, STAGES } from '../terms.ts';
import { subjectLabels } from './bounded-label.ts';

/**
 * The batches of this process, for `registry`: what happens to them is counted as their ledgers record it, how they stand
 * is read from their views whenever somebody asks.
 */
export class BatchMetrics {
  readonly #views = new Set<() => BatchView>();
  readonly #uncount: () => void;

  constructor(registry: Registry, now: () => number) {
    this.#uncount = countEvents(registry);
    this.#gauge(
      registry,
      'hostroll_batches',
      'Batches that this process runs, by stage.',
      ['stage'],
      (gauge, views) => {
        for (const stage of STAGES) gauge.set({ stage }, 0);
        for (const { stage } of views) gauge.inc({ stage });
      },
    );
    this.#gauge(registry, 'hostroll_rows_open', 'Rows that have no outcome yet.', [], (gauge, views) => {
      gauge.set(views.reduce((sum, { outcomes }) => sum + outcomes.unprocessed, 0));
    });
    this.#gauge(
      registry,
      'hostroll_hostnames',
      'Edited and skipped hostnames by state as read last.',
      ['state'],
      (gauge, views) => {
        for (const { settled } of views)
          for (const [state, count] of Object.entries(settled)) gauge.inc({ state }, count);
      },
    );
    this.#gauge(
      registry,
      'hostroll_remaining_seconds',
      'Time until the last batch is through its stage, as far as it is known.',
      [],
      (gauge, views) => {
        gauge.set(Math.max(0, ...views.map(({ eta_ms }) => eta_ms ?? 0)) / SECOND);
      },
    );
    this.#gauge(
      registry,
      'hostroll_lane_budget_calls_per_second',
      'Calls a second that the lane may make.',
      ['lane'],
      (gauge, views) => {
        for (const { name, budget_per_second } of lanesOf(views)) gauge.set({ lane: name }, budget_per_second);
      },
    );
    this.#gauge(
      registry,
      'hostroll_lane_cooling_seconds',
      'Time for which the lane makes no calls.',
      ['lane'],
      (gauge, views) => {
        for (const { name } of lanesOf(views)) gauge.set({ lane: name }, 0);
        for (const wait of views.flatMap(({ waits }) => waits))
          if (wait.what === 'cooling')
            gauge.set({ lane: wait.lane }, Math.max(0, Date.parse(wait.until) - now()) / SECOND);
      },
    );
    this.#gauge(
      registry,
      'hostroll_lane_workers',
      'Workers on the lane, where the queue tells.',
      ['lane'],
      (gauge, views) => {
        for (const { name, workers } of lanesOf(views)) if (workers !== null) gauge.set({ lane: name }, workers);
      },
    );
  }

  /** A batch is part of the metrics until the returned function is called. */
  follow(view: () => BatchView): () => void {
    this.#views.add(view);
    return () => void this.#views.delete(view);
  }

  close(): void {
    this.#uncount();
    this.#views.clear();
  }

  #gauge<Label extends string>(
    registry: Registry,
    name: string,
    help: string,
    labelNames: Label[],
    set: (gauge: Gauge<Label>, views: BatchView[]) => void,
  ): void {
    const views = this.#views;
    new Gauge({
      ...{ name, help, labelNames, registers: [registry] },
      collect() {
        this.reset();
        set(
          this,
          [...views].map((view) => view()),
        );
      },
    });
  }
}

const lanesOf = (views: BatchView[]): BatchView['lanes'] => views.flatMap(({ lanes }) => lanes);

function countEvents(registry: Registry): () => void {
  const registers = [registry];
  const rows = new Counter({
    name: 'hostroll_rows_total',
    help: 'Rows that got their outcome; code says why, and is empty where there is nothing to say. zone, ca, method: of rows that were to be sent.',
    labelNames: ['outcome', 'code', 'zone', 'ca', 'method'],
    registers,
  });
  const coolings = new Counter({
    name: 'hostroll_lane_coolings_total',
    help: 'How often the lane stopped making calls for a while, and why.',
    labelNames: ['lane', 'code'],
    registers,
  });
  const ends = new Counter({
    name: 'hostroll_batches_ended_total',
    help: 'Batches that were stopped or finished here, by exit code (empty where stopped).',
    labelNames: ['end', 'exit_code', 'code'],
    registers,
  });
  const labels = subjectLabels();
  const count = (message: unknown) => {
    const { event, kind = {} } = message as Recorded;
    const { zone_id: zone, certificate_authority: ca, method } = kind;
    if (event.type === 'outcome')
      rows.inc({ outcome: event.outcome, code: event.code ?? '', ...labels({ zone, ca, method }) });
    if (event.type === 'cooling') coolings.inc({ lane: event.lane, code: event.reason });
    if (event.type === 'finished') ends.inc({ end: 'finished', exit_code: String(event.exit_code), code: '' });
    if (event.type === 'stopped') ends.inc({ end: event.reason, exit_code: '', code: event.code ?? '' });
  };
  EVENTS.subscribe(count);
  return () => void EVENTS.unsubscribe(count);
}
