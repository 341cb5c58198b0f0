import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { BatchView } from '../batch/view/batch-view.ts';
import { BatchMetrics } from './batch-metrics.ts';
import { countCalls } from './call-metrics.ts';

/** Everything that is measured of this process, in a registry of its own. Labels never name a hostname or a batch. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #batches: BatchMetrics;
  readonly #uncountCalls: () => void;

  constructor(version: string, now: () => number) {
    collectDefaultMetrics({ register: this.#registry });
    const info = { name: 'hostroll_build_info', help: 'Always 1; the label says the version.' };
    new Gauge({ ...info, labelNames: ['version'], registers: [this.#registry] }).set({ version }, 1);
    this.#batches = new BatchMetrics(this.#registry, now);
    this.#uncountCalls = countCalls(this.#registry);
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Names with their labels, for who checks dashboards against them. */
  get labels(): ReadonlyMap<string, readonly string[]> {
    // The labels are part of a metric, and left out of its type.
    const all = this.#registry.getMetricsAsArray() as unknown as { name: string; labelNames?: string[] }[];
    return new Map(all.map(({ name, labelNames = [] }) => [name, labelNames]));
  }

  /** A batch is part of the metrics until the returned function is called. */
  follow(view: () => BatchView): () => void {
    return this.#batches.follow(view);
  }

  close(): void {
    this.#uncountCalls();
    this.#batches.close();
    this.#registry.clear();
  }
}
